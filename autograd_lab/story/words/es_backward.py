"""Español: por qué los gradientes vuelven por cada operación como vuelven. en_backward.py says what the {parts} are."""

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
    **dict.fromkeys(
        ("svd", "eigh"),
        (
            "Lo que estira vuelve por sus direcciones; lo que gira, dividido entre lo que separa los estiramientos",
        ),
    ),
    "qr": ("Lo que entró en las columnas vuelve a través de la inversa de la triangular",),
    "slogdet": ("El logaritmo divide entre el determinante, y lo que queda es la inversa, traspuesta",),
    "pinv": ("Lo que enviaría una inversa, y una parte por cada espacio que {target} deja fuera",),
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
