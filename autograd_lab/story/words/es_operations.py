"""Qué hace cada operación, y por qué los gradientes vuelven por ella como vuelven: una frase para cada cosa.

The Spanish of en_operations.py, which says what the {parts} of a sentence are.
"""

# -------------------------------------------------------------------- forward
FORWARD = {
    "add": "Suma {x} y {y}{each}.",
    "sub": "A {x} le resta {y}{each}.",
    "add_scaled": "Suma a {x} un múltiplo de {y}{each}.",
    "sub_scaled": "A {x} le resta un múltiplo de {y}{each}.",
    "mul": "Multiplica {x} por {y}{each}.",
    "twice": "Multiplica {x} por sí misma. Se usa dos veces, así que de ella salen dos aristas.",
    "div": "Divide {x} entre {y}{each}.",
    "floor_divide": "Divide {x} entre {y} y redondea hacia abajo{each}.",
    "div_rounded": "Divide {x} entre {y} y redondea a números enteros{each}.",
    "remainder": "Divide {x} entre {y} y se queda con el resto{each}.",
    "fmod": "Divide {x} entre {y} y se queda con el resto, que lleva el signo de {x}{each}.",
    "neg": "Cambia el signo de {x}.",
    "pow": "Eleva {x} a {y}{each}.",
    "square": "Eleva {x} al cuadrado{each}.",
    "maximum": "Se queda con el mayor de {x} y {y}{each}.",
    "minimum": "Se queda con el menor de {x} y {y}{each}.",
    "atan2": "Calcula el ángulo del punto que está {x} hacia arriba y {y} hacia la derecha{each}.",
    "where": "Toma {x} donde se cumple la condición, y {y} donde no.",
    # functions
    "abs": "Quita el signo de {x}{each}.",
    "sign": "De {x} deja solo el signo{each}: −1, 0 o 1.",
    "exp": "Calcula e elevado a {x}{each}.",
    "exp2": "Calcula 2 elevado a {x}{each}.",
    "expm1": "Calcula e elevado a {x}, menos 1{each}.",
    "log": "Calcula el logaritmo natural de {x}{each}.",
    "log2": "Calcula el logaritmo de {x} en base 2{each}.",
    "log10": "Calcula el logaritmo de {x} en base 10{each}.",
    "log1p": "Calcula el logaritmo natural de 1 más {x}{each}.",
    "sqrt": "Calcula la raíz cuadrada de {x}{each}.",
    "rsqrt": "Calcula 1 partido por la raíz cuadrada de {x}{each}.",
    "reciprocal": "Calcula 1 partido por {x}{each}.",
    "sin": "Calcula el seno de {x}{each}.",
    "cos": "Calcula el coseno de {x}{each}.",
    "tan": "Calcula la tangente de {x}{each}.",
    "asin": "Calcula el ángulo cuyo seno es {x}{each}.",
    "acos": "Calcula el ángulo cuyo coseno es {x}{each}.",
    "atan": "Calcula el ángulo cuya tangente es {x}{each}.",
    "sinh": "Calcula el seno hiperbólico de {x}{each}.",
    "cosh": "Calcula el coseno hiperbólico de {x}{each}.",
    "tanh": "Comprime {x} entre −1 y 1 con la tangente hiperbólica{each}.",
    "sigmoid": "Comprime {x} entre 0 y 1 con la sigmoide{each}.",
    "erf": "Comprime {x} entre −1 y 1 con la función error{each}.",
    "floor": "Redondea {x} hacia abajo{each}.",
    "ceil": "Redondea {x} hacia arriba{each}.",
    "trunc": "Quita a {x} lo que hay tras la coma{each}.",
    "round": "Redondea {x} al número más cercano con esos decimales{each}.",
    "clamp": "Mantiene {x} entre sus límites{each}: lo que se sale se pone en el límite.",
    "clamp_low": "No deja que {x} baje de {y}{each}: lo que está por debajo se pone ahí.",
    "clamp_high": "No deja que {x} pase de {y}{each}: lo que está por encima se pone ahí.",
    "clamp_both": "Mantiene {x} entre {y} y {z}{each}: lo que se sale se pone en el límite.",
    "hardtanh": "Mantiene {x} entre dos límites{each}: lo que se sale se pone en el límite.",
    "gate": "Deja pasar {x} donde {y} está entre dos límites{each}, y poco o nada de lo demás.",
    "relu": "Deja lo que hay de positivo en {x}, y pone 0 en lo demás.",
    "leaky_relu": "Deja lo que hay de positivo en {x}, y encoge lo demás.",
    "elu": "Deja lo que hay de positivo en {x}, y curva lo demás hasta que se aplana.",
    "silu": "Multiplica {x} por su propia sigmoide{each}: lo muy negativo queda cerca de 0.",
    "gelu": "Multiplica {x} por la probabilidad de que un número normal al azar sea menor{each}.",
    "softplus": "Curva {x} para que siga siendo positivo{each}: una relu sin esquina.",
    "logsigmoid": "Calcula el logaritmo de la sigmoide de {x}{each}.",
    # comparisons and logic
    "eq": "Compara {x} con {y}{each}: ¿es igual?",
    "ne": "Compara {x} con {y}{each}: ¿es distinto?",
    "lt": "Compara {x} con {y}{each}: ¿es menor?",
    "le": "Compara {x} con {y}{each}: ¿es menor o igual?",
    "gt": "Compara {x} con {y}{each}: ¿es mayor?",
    "ge": "Compara {x} con {y}{each}: ¿es mayor o igual?",
    "isnan": "Mira {x}{each}: ¿es NaN, es decir, no es un número?",
    "isinf": "Mira {x}{each}: ¿es infinito?",
    "isfinite": "Mira {x}{each}: ¿es un número corriente, ni NaN ni infinito?",
    "logical_not": "En {x} cambia verdadero por falso, y falso por verdadero.",
    "bitwise_not": "Cambia cada bit de {x}: verdadero pasa a falso, y falso a verdadero.",
    **dict.fromkeys(("logical_and", "bitwise_and"), "Pregunta por {x} y {y}{each}: ¿son verdaderos los dos?"),
    **dict.fromkeys(
        ("logical_or", "bitwise_or"), "Pregunta por {x} y {y}{each}: ¿es verdadero alguno de los dos?"
    ),
    **dict.fromkeys(
        ("logical_xor", "bitwise_xor"), "Pregunta por {x} y {y}{each}: ¿es verdadero solo uno de los dos?"
    ),
    # over a whole Variable, or along axes
    "sum": "Suma los elementos de {x}{along}.",
    "mean": "Calcula la media de los elementos de {x}{along}.",
    "spread": "Repite {x} hasta que tiene la forma de lo que se sumó.",
    "sum_to": "Suma {x} por los ejes en los que algo se extendió.",
    "expand": "Extiende {x} a una forma mayor: los mismos números aparecen varias veces.",
    "cumsum": "Suma los elementos de {x}{along}, y guarda cada suma parcial.",
    "cumprod": "Multiplica los elementos de {x}{along}, y guarda cada producto parcial.",
    **dict.fromkeys(("amax", "max_all", "max_dim"), "Toma el elemento mayor de {x}{along}."),
    **dict.fromkeys(("amin", "min_all", "min_dim"), "Toma el elemento menor de {x}{along}."),
    "argmax": "Busca dónde está el elemento mayor de {x}{along}.",
    "argmin": "Busca dónde está el elemento menor de {x}{along}.",
    **dict.fromkeys(("median_all", "median_dim"), "Ordena {x}{along}, y toma el elemento del centro."),
    "all": "Pregunta por {x}{along}: ¿son verdaderos todos los elementos?",
    "any": "Pregunta por {x}{along}: ¿es verdadero algún elemento?",
    "var": "Calcula la varianza de {x}{along}: la media de los cuadrados de lo que cada elemento se aparta de la media.",
    "std": "Calcula la desviación típica de {x}{along}: la raíz cuadrada de la varianza.",
    **dict.fromkeys(("prod_all", "prod_dim"), "Multiplica entre sí los elementos de {x}{along}."),
    "logsumexp": "Calcula e elevado a cada elemento de {x}, suma{along}, y toma el logaritmo de la suma.",
    "softmax": "Convierte {x} en proporciones positivas que suman 1{along}.",
    "log_softmax": "Convierte {x} en proporciones que suman 1{along}, y toma sus logaritmos.",
    "norm": "Calcula la norma de {x}{along}: lo que mide como flecha.",
    "norm_p": "Calcula una norma de {x}{along}: un solo número que dice lo grandes que son sus elementos.",
    # matrices
    "matmul": "Multiplica las matrices {x} y {y}: cada fila de la izquierda por cada columna de la derecha.",
    "dot": "Multiplica {x} y {y} elemento a elemento, y suma: es su producto escalar.",
    "addmm": "Multiplica las matrices {y} y {z}, y suma {x}.",
    "einsum": "Multiplica {xs} y suma por los ejes que nombra la ecuación.",
    "inverse": "Calcula la inversa de {x}: la matriz que la deshace.",
    "solve": "Busca por qué hay que multiplicar {x} para obtener {y}.",
    "det": "Calcula el determinante de {x}: cuánto agranda un volumen.",
    "cholesky": "Busca la matriz triangular inferior que, por su traspuesta, da {x}.",
    "logdet": "Calcula el logaritmo del determinante de {x}.",
    "t": "Traspone {x}: las filas pasan a ser columnas.",
    **dict.fromkeys(("transpose", "mT"), "Intercambia dos ejes de {x}."),
    "tril": "Deja el triángulo inferior de {x}, y pone 0 en lo demás.",
    "triu": "Deja el triángulo superior de {x}, y pone 0 en lo demás.",
    "trace": "Suma la diagonal de {x}.",
    "diagonal": "Toma la diagonal de {x}.",
    "windows": "Mira {x} por una ventana, en cada uno de sus lugares.",
    "put_windows": "Suma las ventanas de {x} allí donde se vieron.",
    "put_diagonal": "Pone {x} en una diagonal, con 0 alrededor.",
    # the same numbers, moved about
    "reshape": "Pone los elementos de {x} en otra forma.",
    "unsqueeze": "Da a {x} un eje más, de longitud 1.",
    "squeeze": "Quita a {x} ejes de longitud 1.",
    "permute": "Pone los ejes de {x} en otro orden.",
    "repeat": "Coloca copias de {x} una junto a otra.",
    "flip": "Da la vuelta a {x}: lo último pasa a ser lo primero.",
    "roll": "Desplaza los elementos de {x}; lo que sale por el final vuelve a entrar por el principio.",
    "sort": "Ordena {x}{along}.",
    "topk": "Deja, por orden de tamaño, los primeros elementos de {x}{along}.",
    "getitem": "Toma elementos de {x}.",
    **dict.fromkeys(("gather", "index_select"), "Toma elementos de {x} según su posición{along}."),
    **dict.fromkeys(("narrow", "select"), "Toma una parte de {x}{along}."),
    "as_strided": "Vuelve a mirar una parte de {x}, tras un cambio en el sitio.",
    "put_strided": "Pone {x} en su sitio entre ceros, y suma lo que comparte uno.",
    "put": "Devuelve {x} al lugar de donde se tomó, y pone 0 en lo demás.",
    "scatter": "Pone los elementos de {x} en las posiciones dadas{along}, y 0 en lo demás.",
    "put_into": "Pone {y} en lugar de una parte de {x}.",
    "masked_fill": "Pone {y} donde la máscara lo indica, y deja {x} en lo demás.",
    "index_put": "Pone {y} en lugar de los elementos elegidos de {x}.",
    "index_add": "Suma {y} a los elementos elegidos de {x}.",
    "addcmul": "Suma a {x} el producto de {y} y {z}{each}.",
    "addcdiv": "Suma a {x} el cociente de {y} entre {z}{each}.",
    "lerp": "Va de {x} hacia {y}, y recorre {z} del camino{each}.",
    "nan_to_num": "Pone números en lugar de los NaN e infinitos de {x}.",
    "cat": "Une {xs}, uno tras otro{along}.",
    "stack": "Apila {xs} uno junto a otro{along}, que es un eje nuevo.",
    # copies
    "cast": "Cambia el dtype de {x}.",
    **dict.fromkeys(("clone", "kept_copy"), "Copia {x}."),
    "zero": "Pone 0 en lugar de {x}.",
    "fill": "Pone un mismo número en lugar de todo {x}.",
    "copy": "Pone los números de {y} en lugar de los de {x}.",
    "view_as": "Pasa {x} tal como está.",
    "detach": "Toma los números de {x} y deja atrás su historia: por aquí no vuelve ningún gradiente.",
    "data": "Toma los números de {x}, al margen de autograd: por aquí no vuelve ningún gradiente.",
    # networks
    "mse_loss": "Eleva al cuadrado lo que {x} se aparta de {y}{each}{reduced}.",
    **dict.fromkeys(
        ("huber_loss", "smooth_l1_loss"),
        "Mide lo que {x} se aparta de {y}{each}: al cuadrado si está cerca, en línea recta si está lejos{reduced}.",
    ),
    "binary_cross_entropy": "Mide lo sorprendente que es {y}{each}, si {x} son las probabilidades de un 1{reduced}.",
    "binary_cross_entropy_with_logits": (
        "Mide lo sorprendente que es {y}{each}, si la sigmoide de {x} son las probabilidades de un 1{reduced}."
    ),
    "nll_loss": "Toma la probabilidad logarítmica que {x} da a cada objetivo, y le cambia el signo.",
    "nll_loss_backward": "Pone {x}, con el signo cambiado, donde están los objetivos, y 0 en lo demás.",
    "batch_norm": "Lleva cada canal de {x} a media 0 y a varianza 1, y después le da otra escala y otro lugar.",
    "layer_norm": "Lleva {x} a media 0 y a varianza 1, y después le da otra escala y otro lugar.",
    "embedding": "Busca filas de {x}, una por cada índice.",
    "constant_pad_nd": "Pone un margen alrededor de {x}.",
    "conv_transpose": "Por cada elemento de {x} pon {y}, multiplicado por él, y suma donde se superponen.",
    "convolution": "Desliza {y} sobre {x}: en cada lugar multiplica lo que queda debajo, y suma.",
    "unfold": "Anota, en columnas, lo que una ventana ve de {x} en cada uno de sus lugares.",
    "fold": "Suma las columnas de {x} allí donde una ventana las habría visto.",
    "max_pool2d": "Desliza una ventana sobre {x}, y se queda con el mayor elemento que ve.",
    "avg_pool2d": "Desliza una ventana sobre {x}, y se queda con la media de lo que ve.",
    "adaptive_avg_pool2d": "Corta {x} en tantas partes como se piden, y se queda con la media de cada una.",
}

# -------------------------------------------------------------------- backward
UNCHANGED = "Una suma deja pasar su gradiente sin cambios"
FACTOR = "La pendiente de un producto respecto a un factor es el otro factor, {other}"
CHOSEN = "Solo cuenta lo que se eligió: su pendiente es 1, y es 0 donde se eligió lo otro"
STEPS = "El resultado avanza a saltos: entre ellos es plano, así que la pendiente es 0 y no pasa nada"
INSIDE = "Entre los límites la pendiente es 1; fuera, el resultado se queda en el límite y no pasa nada"
BOUND = "Donde {target} fue el límite en el que quedó el resultado, la pendiente es 1; en lo demás, 0"
MOST = "Solo el elemento que se tomó decide el resultado: se lleva todo el gradiente, y los demás 0"
SHARED = MOST + " (si hay iguales, se lo reparten)"
OTHERS = "La pendiente de un producto respecto a un factor es el producto de todos los demás"
BACK = "Los números solo cambiaron de orden, así que el gradiente vuelve al orden que tenían"
PICKED = "Lo que se tomó recibe el gradiente, y lo demás recibe 0"
REPLACED = "Los números antiguos se reemplazaron: el resultado no depende de ellos, así que reciben 0"

BACKWARD: dict[str, tuple[str, ...]] = {
    "add": (UNCHANGED, UNCHANGED),
    "sub": (
        "Una resta deja pasar su gradiente sin cambios hacia aquello de lo que se resta",
        "Una resta deja pasar su gradiente, con el signo cambiado, hacia lo que se quita",
    ),
    "add_scaled": (UNCHANGED, "Un múltiplo multiplica la pendiente por ese mismo número{here}"),
    "sub_scaled": (
        "Una resta deja pasar su gradiente sin cambios hacia aquello de lo que se resta",
        "Lo que se quita varias veces cuenta otras tantas, con el signo cambiado{here}",
    ),
    "mul": (FACTOR, FACTOR),
    "div": (
        "Dividir entre {other} divide también la pendiente",
        "Cuanto más crece {target}, menos queda: la pendiente es −{other} partido por {target} al cuadrado",
    ),
    **dict.fromkeys(
        ("remainder", "fmod"),
        (
            "Cuando {target} crece, el resto crece lo mismo, así que el gradiente pasa sin cambios",
            "Cuando {target} crece, el resto pierde otro tanto por cada vez entera que cabe: la pendiente "
            "es menos ese número{here}",
        ),
    ),
    "neg": ("Un menos cambia el signo del gradiente",),
    "square": (
        "La pendiente del cuadrado es 2 veces el valor, así que el gradiente se multiplica por {local}",
    ),
    "pow": (
        "La pendiente de una potencia es el exponente por el valor elevado a uno menos{here}",
        "La pendiente de una potencia respecto al exponente es el resultado por el logaritmo de la base{here}",
    ),
    "div_rounded": (STEPS, STEPS),
    **dict.fromkeys(("maximum", "minimum"), (CHOSEN, CHOSEN)),
    "atan2": (
        "El ángulo gira con {target}: {other} partido por el cuadrado de la distancia del punto a 0{here}",
        "El ángulo gira al revés con {target}: {other} partido por el cuadrado de la distancia del punto a 0{here}",
    ),
    "where": (
        "Donde se cumplía la condición se tomó {target}: ahí la pendiente es 1, y en lo demás 0",
        "Donde no se cumplía la condición se tomó {target}: ahí la pendiente es 1, y en lo demás 0",
    ),
    # functions
    "abs": ("Donde el valor era negativo cambió de signo, y también lo cambia el gradiente",),
    **dict.fromkeys(("sign", "floor", "ceil", "trunc", "round"), (STEPS,)),
    "exp": ("La pendiente de e elevado a algo es esa misma potencia{here}",),
    "exp2": ("La pendiente de 2 elevado a algo es el resultado por el logaritmo de 2{here}",),
    "expm1": ("Restar 1 no cambia la pendiente: es e elevado a ese exponente{here}",),
    "log": ("La pendiente del logaritmo es 1 partido por el valor{here}",),
    "log2": ("La pendiente de este logaritmo es 1 partido por el valor, entre el logaritmo de 2{here}",),
    "log10": ("La pendiente de este logaritmo es 1 partido por el valor, entre el logaritmo de 10{here}",),
    "log1p": ("La pendiente del logaritmo es 1 partido por aquello de lo que se toma, 1 más el valor{here}",),
    "sqrt": ("La pendiente de la raíz cuadrada es 1 partido por el doble de la raíz{here}",),
    "rsqrt": ("Cuanto mayor el valor, menor el resultado: la pendiente es −½ del resultado al cubo{here}",),
    "reciprocal": (
        "Cuanto mayor el valor, menor el resultado: la pendiente es −1 por el resultado al cuadrado{here}",
    ),
    "sin": ("La pendiente del seno es el coseno{here}",),
    "cos": ("La pendiente del coseno es menos el seno{here}",),
    "tan": ("La pendiente de la tangente es 1 más su resultado al cuadrado{here}",),
    "asin": (
        "La pendiente es 1 partido por la raíz de 1 menos el valor al cuadrado{here}; cerca de ±1 no tiene fin",
    ),
    "acos": ("A mayor coseno, menor ángulo: la pendiente es la de asin con el signo cambiado{here}",),
    "atan": ("La pendiente es 1 partido por 1 más el valor al cuadrado{here}; lejos de 0 pasa poco",),
    "sinh": ("La pendiente del seno hiperbólico es el coseno hiperbólico{here}",),
    "cosh": ("La pendiente del coseno hiperbólico es el seno hiperbólico{here}",),
    "tanh": ("La pendiente de tanh es 1 menos su resultado al cuadrado{here}; cuanto más plana, menos pasa",),
    "sigmoid": ("La pendiente de la sigmoide es su resultado por 1 menos su resultado{here}",),
    "erf": ("La pendiente de la función error es una campana{here}; lejos de 0 no pasa nada",),
    **dict.fromkeys(("clamp", "hardtanh"), (INSIDE,)),
    **dict.fromkeys(("clamp_low", "clamp_high"), (INSIDE, BOUND)),
    "clamp_both": (INSIDE, BOUND, BOUND),
    "gate": ("Donde {other} estaba entre sus límites la pendiente es 1, y en lo demás pequeña o 0", STEPS),
    "relu": ("Donde el valor era positivo la pendiente es 1, y en lo demás 0: por ahí no pasa nada",),
    "leaky_relu": (
        "Donde el valor era positivo la pendiente es 1, y en lo demás pequeña: por ahí pasa un poco",
    ),
    "elu": (
        "Donde el valor era positivo la pendiente es 1; por debajo disminuye según la curva se aplana{here}",
    ),
    "silu": (
        "El valor cuenta dos veces, como factor y dentro de la sigmoide: se suman las dos pendientes{here}",
    ),
    "gelu": (
        "El valor cuenta dos veces, como factor y dentro de la probabilidad: se suman las dos pendientes{here}",
    ),
    "softplus": ("La pendiente de softplus es la sigmoide{here}; 0 muy por debajo, 1 muy por encima",),
    "logsigmoid": ("La pendiente es la sigmoide de menos el valor{here}; cuanto más seguro, menos aprende",),
    # over a whole Variable, or along axes
    "sum": ("Una suma cuenta cada elemento una vez, así que el gradiente llega a cada uno sin cambios",),
    "mean": ("La media da a cada uno de los {n} elementos un peso de 1/{n}",),
    "spread": ("Cada número se repitió, así que se suman los gradientes de sus copias",),
    "sum_to": ("Una suma deja pasar su gradiente sin cambios a todo lo que sumó",),
    "expand": ("Cada número se usó varias veces, así que se suman los gradientes de sus copias",),
    "repeat": ("Cada número se copió varias veces, así que se suman los gradientes de sus copias",),
    "cumsum": (
        "Cada elemento está en todas las sumas desde su lugar, así que recibe la suma de sus gradientes",
    ),
    "cumprod": ("Cada elemento es factor de todos los productos desde su lugar: se suma lo que envían",),
    **dict.fromkeys(("amax", "amin", "max_all", "min_all", "median_all"), (SHARED,)),
    **dict.fromkeys(("max_dim", "min_dim", "median_dim"), (MOST,)),
    "var": (
        "La pendiente del cuadrado es 2 veces el valor: el doble de la distancia a la media, entre n = {n}{here}",
    ),
    "std": (
        "La pendiente de la varianza, entre el doble de su raíz: la distancia a la media, entre {n} raíces{here}",
    ),
    **dict.fromkeys(("prod_all", "prod_dim"), (OTHERS,)),
    "logsumexp": ("El gradiente se reparte según softmax: cuanto mayor un elemento, mayor su parte",),
    "softmax": (
        "Lo que gana una proporción lo pierden las demás: se resta la media del gradiente, ponderada con ellas",
    ),
    "log_softmax": (
        "Cada elemento mueve su propio logaritmo y el total de todos: se le resta su proporción de la suma",
    ),
    "norm": (
        "La norma crece más en la dirección de la propia flecha: cada elemento cuenta según su parte de la longitud",
    ),
    "norm_p": (
        "Un elemento mayor, del signo que sea, hace mayor la norma: cada uno recibe su parte, con su propio signo",
    ),
    # matrices
    "matmul": (
        "El gradiente del factor izquierdo es el gradiente entrante por el factor derecho, traspuesto",
        "El gradiente del factor derecho es el factor izquierdo, traspuesto, por el gradiente entrante",
    ),
    "dot": (FACTOR, FACTOR),
    "addmm": (
        "Una suma deja pasar su gradiente; lo que se sumó a cada fila recibe los gradientes de todas",
        "El gradiente del factor izquierdo es el gradiente entrante por el factor derecho, traspuesto",
        "El gradiente del factor derecho es el factor izquierdo, traspuesto, por el gradiente entrante",
    ),
    "einsum": ("La pendiente respecto a un factor son los demás: el gradiente ocupa su lugar entre ellos",),
    "inverse": (
        "Cuanto más hace una matriz, menos hace su inversa: el gradiente pasa por dos de ellas, con el signo cambiado",
    ),
    "solve": (
        "Cuanto más hace {target}, por menos hay que multiplicarla: por eso cambia el signo",
        "La solución es la inversa por {target}, así que el gradiente pasa por la inversa, traspuesta",
    ),
    "det": ("La pendiente del determinante es el determinante por la inversa, traspuesta",),
    "cholesky": ("Lo que entró en el triángulo vuelve a través de su inversa, una vez por cada lado",),
    "logdet": ("El logaritmo divide entre el determinante, y lo que queda es la inversa, traspuesta",),
    "t": ("El gradiente se traspone de vuelta",),
    **dict.fromkeys(("transpose", "mT"), ("Los ejes del gradiente se intercambian de vuelta",)),
    **dict.fromkeys(("tril", "triu"), ("Lo que se dejó recibe el gradiente; lo que se puso a 0, ninguno",)),
    "trace": (
        "Cada elemento de la diagonal se contó una vez y recibe el gradiente; los demás no se contaron: 0",
    ),
    "diagonal": (PICKED,),
    "windows": ("Un elemento se vio en varias ventanas: se suman los gradientes de todas ellas",),
    "put_windows": ("Cada ventana se sumó allí donde se vio, y recibe el gradiente de ahí",),
    "put_strided": ("Cada número se sumó en su sitio, y recibe el gradiente de ahí",),
    "put_diagonal": ("Los números están en la diagonal, así que reciben el gradiente que hay ahí",),
    # the same numbers, moved about
    **dict.fromkeys(("reshape", "unsqueeze", "squeeze"), ("El gradiente vuelve a la forma anterior",)),
    "permute": ("Los ejes del gradiente vuelven al orden anterior",),
    **dict.fromkeys(("flip", "roll"), (BACK,)),
    "sort": ("Cada número solo cambió de lugar: su gradiente vuelve a donde estaba",),
    "topk": ("Lo que se dejó recibe su gradiente en el lugar que tenía, y lo demás recibe 0",),
    **dict.fromkeys(("getitem", "narrow", "select", "as_strided"), (PICKED,)),
    **dict.fromkeys(
        ("gather", "index_select"),
        ("Lo que se tomó recibe el gradiente tantas veces como se tomó; lo demás recibe 0",),
    ),
    **dict.fromkeys(("put", "scatter"), ("Cada número recibe el gradiente del lugar donde se puso",)),
    "put_into": (
        "La parte reemplazada ya no cuenta y recibe 0; lo demás recibe el gradiente sin cambios",
        "{target} es ahora una parte del resultado, y recibe el gradiente de esa parte",
    ),
    "masked_fill": (
        "Donde lo indicaba la máscara, {target} se reemplazó y recibe 0; lo demás recibe el gradiente",
        "Donde lo indicaba la máscara, {target} es ahora el resultado, y recibe el gradiente que hay ahí",
    ),
    "index_put": (
        "Lo reemplazado ya no cuenta y recibe 0; lo demás recibe el gradiente sin cambios",
        "{target} es ahora una parte del resultado, y recibe el gradiente de esa parte",
    ),
    "index_add": (
        UNCHANGED,
        "Lo que se sumó recibe el gradiente de los lugares donde se sumó",
    ),
    "addcmul": (
        UNCHANGED,
        "La pendiente de un producto respecto a un factor es el otro factor",
        "La pendiente de un producto respecto a un factor es el otro factor",
    ),
    "addcdiv": (
        UNCHANGED,
        "Dividir divide la pendiente entre el mismo número",
        "Cuanto más crece {target}, menos queda del cociente",
    ),
    "lerp": (
        "{target} cuenta por lo que queda del camino",
        "{target} cuenta por la parte del camino que se recorrió",
        "Ir más lejos mueve el resultado toda la distancia",
    ),
    "nan_to_num": ("Donde había un número el gradiente sigue sin cambios; en lo demás es 0",),
    "cat": ("Las partes van una tras otra: el gradiente se corta por los mismos sitios",),
    "stack": ("Cada parte es una capa del resultado, y recibe el gradiente de esa capa",),
    # copies
    "cast": ("Un cambio de dtype deja pasar su gradiente",),
    **dict.fromkeys(("clone", "kept_copy", "view_as"), ("Una copia deja pasar su gradiente sin cambios",)),
    "zero": (REPLACED,),
    "fill": (REPLACED, "{target} llena todos los lugares, así que recibe los gradientes de todos ellos"),
    "copy": (REPLACED, "Una copia deja pasar su gradiente sin cambios"),
    # networks
    "mse_loss": (
        "La pendiente del cuadrado es 2 veces el valor: el doble de la diferencia, entre n = {n}{here}",
        "{target} es lo que se resta: el doble de la diferencia, con el signo cambiado, entre n = {n}{here}",
    ),
    **dict.fromkeys(
        ("huber_loss", "smooth_l1_loss"),
        (
            "La pendiente es la diferencia, pero lejos ya no crece: un valor atípico no puede tirar demasiado",
            "{target} es lo que se resta: la misma pendiente, con el signo cambiado",
        ),
    ),
    "binary_cross_entropy": (
        "La pendiente es lo que la probabilidad se aparta del objetivo, entre ella por 1 menos ella{here}",
        "La pérdida es una recta en {target}: su pendiente es el logaritmo de lo que hay en contra{here}",
    ),
    "binary_cross_entropy_with_logits": (
        "Sigmoide y logaritmo se anulan: la pendiente es la probabilidad menos el objetivo, entre n = {n}{here}",
        "La pérdida es una recta en {target}: su pendiente es menos el logit, entre n = {n}{here}",
    ),
    "nll_loss": (
        "En la pérdida, y con un menos, solo está la probabilidad logarítmica del objetivo: el resto recibe 0",
    ),
    "nll_loss_backward": ("El gradiente se toma donde están los objetivos, con el signo cambiado",),
    **dict.fromkeys(
        ("batch_norm", "layer_norm"),
        (
            "La media y la escala se fijan de todos modos: lo que solo las cambiaría se quita del gradiente",
            "La escala es un factor: su pendiente es el valor normalizado, sumado por todo aquello en que se usó",
            "El desplazamiento se suma: recibe el gradiente de todo aquello a lo que se sumó",
        ),
    ),
    "embedding": ("Cada fila recibe los gradientes de donde se buscó; las que no se usaron reciben 0",),
    "constant_pad_nd": ("El margen no es parte de {target}, así que su gradiente se recorta",),
    "conv_transpose": (
        "Cada elemento puso los pesos una vez: recibe lo que ellos ven allí del gradiente, todo sumado",
        "Cada peso se puso por cada elemento: gradiente por ese elemento, y todo sumado",
        "El desplazamiento se sumó en cada lugar: recibe los gradientes de todos ellos",
    ),
    "convolution": (
        "Cada elemento estuvo bajo la ventana en varios lugares: se suma lo que envían a través de los pesos",
        "Cada peso se cruzó con la entrada en cada lugar: gradiente por lo que tenía debajo, y todo sumado",
        "El desplazamiento se sumó en cada lugar: recibe los gradientes de todos ellos",
    ),
    "unfold": ("Cada elemento se vio en varios lugares: se suman los gradientes de sus copias",),
    "fold": ("Cada columna se sumó donde la vio la ventana, y recibe el gradiente de ahí",),
    "max_pool2d": ("Solo decide el mayor elemento bajo la ventana: recibe el gradiente, y los demás 0",),
    **dict.fromkeys(
        ("avg_pool2d", "adaptive_avg_pool2d"),
        ("Una media da a cada elemento el mismo peso pequeño: se reparten el gradiente por igual",),
    ),
}
