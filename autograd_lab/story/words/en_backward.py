"""Why gradients go back through every operation as they do: a sentence for each input in turn.

{target} receives, {other} is its partner, {n} is the n of the formula, and {here} gives the local derivative
as a number where it is known ({local}: or says "that").
"""

UNCHANGED = "A sum passes its gradient on unchanged"
FACTOR = "The slope of a product along one factor is the other factor, {other}"
CHOSEN = "Only what was kept has a say: its slope is 1, and 0 where the other was kept"
STEPS = "The result moves in steps: between them it is flat, so the slope is 0 and nothing gets through"
INSIDE = "Within the bounds the slope is 1; outside the result stays on the bound, so nothing gets through"
BOUND = "Where {target} was the bound that the result was put on, the slope is 1, elsewhere 0"
MOST = "Only the element that was taken decides the result: it gets the whole gradient, the others 0"
SHARED = MOST + " (equal ones share it)"
OTHERS = "The slope of a product along one factor is the product of all the others"
BACK = "The numbers were only arranged anew, so the gradient is arranged as they were"
PICKED = "What was picked gets the gradient, the rest gets 0"
REPLACED = "The old numbers were replaced: the result does not depend on them, so they get 0"

BACKWARD: dict[str, tuple[str, ...]] = {
    "add": (UNCHANGED, UNCHANGED),
    "sub": (
        "A difference passes its gradient on unchanged to what it starts from",
        "A difference passes its gradient on with the sign turned to what is taken away",
    ),
    "add_scaled": (UNCHANGED, "A multiple multiplies the slope by the same number{here}"),
    "sub_scaled": (
        "A difference passes its gradient on unchanged to what it starts from",
        "What is taken away a number of times counts that many times, with the sign turned{here}",
    ),
    "mul": (FACTOR, FACTOR),
    "div": (
        "Dividing by {other} divides the slope by it too",
        "The more {target} grows, the less is left: the slope is −{other} over {target} squared",
    ),
    **dict.fromkeys(
        ("remainder", "fmod"),
        (
            "When {target} grows, the remainder grows as much, so the gradient passes on unchanged",
            "When {target} grows, the remainder loses as much for every whole time that it fits: the "
            "slope is minus that number{here}",
        ),
    ),
    "neg": ("A minus turns the sign of the gradient",),
    "square": ("The slope of squaring is 2 times the value, so the gradient is multiplied by {local}",),
    "pow": (
        "The slope of a power is the exponent times the value to one power less{here}",
        "The slope of a power along its exponent is the result times the logarithm of the base{here}",
    ),
    "div_rounded": (STEPS, STEPS),
    **dict.fromkeys(("maximum", "minimum"), (CHOSEN, CHOSEN)),
    "atan2": (
        "The angle turns with {target} by {other} over the squared distance of the point from 0{here}",
        "The angle turns back with {target}, by {other} over the squared distance of the point from 0{here}",
    ),
    "where": (
        "Where the condition held, {target} was taken: there the slope is 1, elsewhere 0",
        "Where the condition did not hold, {target} was taken: there the slope is 1, elsewhere 0",
    ),
    # functions
    "abs": ("Where the value was negative, its sign was turned, and so is the gradient's",),
    **dict.fromkeys(("sign", "floor", "ceil", "trunc", "round"), (STEPS,)),
    "exp": ("The slope of e to a power is that power itself{here}",),
    "exp2": ("The slope of 2 to a power is the result times the logarithm of 2{here}",),
    "expm1": ("Taking 1 away changes no slope: it is e to that power{here}",),
    "log": ("The slope of the logarithm is 1 over the value{here}",),
    "log2": ("The slope of this logarithm is 1 over the value, divided by the logarithm of 2{here}",),
    "log10": ("The slope of this logarithm is 1 over the value, divided by the logarithm of 10{here}",),
    "log1p": ("The slope of the logarithm is 1 over what it is taken of, 1 plus the value{here}",),
    "sqrt": ("The slope of the square root is 1 over twice the root{here}",),
    "rsqrt": ("The larger the value, the smaller the result: its slope is −½ the result cubed{here}",),
    "reciprocal": (
        "The larger the value, the smaller the result: its slope is −1 times the result squared{here}",
    ),
    "sin": ("The slope of the sine is the cosine{here}",),
    "cos": ("The slope of the cosine is minus the sine{here}",),
    "tan": ("The slope of the tangent is 1 plus its result squared{here}",),
    "asin": ("The slope is 1 over the root of 1 minus the value squared{here}; endless near ±1",),
    "acos": ("A larger cosine is a smaller angle: the slope is that of asin with its sign turned{here}",),
    "atan": ("The slope is 1 over 1 plus the value squared{here}; far from 0 little gets through",),
    "sinh": ("The slope of the hyperbolic sine is the hyperbolic cosine{here}",),
    "cosh": ("The slope of the hyperbolic cosine is the hyperbolic sine{here}",),
    "tanh": ("The slope of tanh is 1 minus its result squared{here}; the flatter, the less gets through",),
    "sigmoid": ("The slope of the sigmoid is its result times 1 minus its result{here}",),
    "erf": ("The slope of the error function is a bell curve{here}; far from 0 nothing gets through",),
    **dict.fromkeys(("clamp", "hardtanh"), (INSIDE,)),
    **dict.fromkeys(("clamp_low", "clamp_high"), (INSIDE, BOUND)),
    "clamp_both": (INSIDE, BOUND, BOUND),
    "gate": ("Where {other} lay between its bounds the slope is 1, elsewhere small or 0", STEPS),
    "relu": ("Where the value was positive the slope is 1, elsewhere 0: there nothing gets through",),
    "leaky_relu": (
        "Where the value was positive the slope is 1, elsewhere small: there a little gets through",
    ),
    "elu": ("Where the value was positive the slope is 1; below it shrinks as the curve levels off{here}",),
    "silu": ("The value counts twice, as a factor and inside the sigmoid: both slopes add up{here}",),
    "gelu": ("The value counts twice, as a factor and inside the chance: both slopes add up{here}",),
    "softplus": ("The slope of softplus is the sigmoid{here}; 0 far below, 1 far above",),
    "logsigmoid": ("The slope is the sigmoid of minus the value{here}; the surer, the less it learns",),
    # over a whole Variable, or along axes
    "sum": ("A sum counts each element once, so the gradient arrives at each of them unchanged",),
    "mean": ("The mean gives each of the {n} elements a weight of 1/{n}",),
    "spread": ("Each number was repeated, so the gradients of its copies are added up",),
    "sum_to": ("A sum passes its gradient on unchanged to all that it added up",),
    "expand": ("Each number was used several times, so the gradients of its copies are added up",),
    "repeat": ("Each number was copied several times, so the gradients of its copies are added up",),
    "cumsum": ("Each element is in every sum from its place on, so it gets all their gradients, added up",),
    "cumprod": ("Each element is a factor of every product from its place on: what they send is added up",),
    **dict.fromkeys(("amax", "amin", "max_all", "min_all", "median_all"), (SHARED,)),
    **dict.fromkeys(("max_dim", "min_dim", "median_dim"), (MOST,)),
    "var": ("The slope of a square is 2 times the value: twice the way from the mean, over n = {n}{here}",),
    "std": ("The slope of the variance, over twice its root: the way from the mean, over {n} roots{here}",),
    **dict.fromkeys(("prod_all", "prod_dim"), (OTHERS,)),
    "logsumexp": ("The gradient is shared out by softmax: the larger an element, the larger its part",),
    "softmax": (
        "What one share gains the others lose: the gradient's mean, weighted by the shares, is taken off",
    ),
    "log_softmax": (
        "Each element moves its own logarithm and the total of all: its share of the sum is taken off",
    ),
    "norm": (
        "The norm grows fastest along the arrow itself: each element counts as much as it is of the length",
    ),
    "norm_p": (
        "A larger element, of either sign, makes the norm larger: each gets its part, with its own sign",
    ),
    # matrices
    "matmul": (
        "The gradient of the left factor is the upstream gradient times the right factor, transposed",
        "The gradient of the right factor is the left factor, transposed, times the upstream gradient",
    ),
    "dot": (FACTOR, FACTOR),
    "addmm": (
        "A sum passes its gradient on; what was added to every row gets the gradients of all rows",
        "The gradient of the left factor is the upstream gradient times the right factor, transposed",
        "The gradient of the right factor is the left factor, transposed, times the upstream gradient",
    ),
    "einsum": ("The slope along one factor is the others: the gradient takes its place among them",),
    "inverse": (
        "The more a matrix does, the less its inverse: the gradient passes two of them, its sign turned",
    ),
    "solve": (
        "The more {target} does, the less it has to be multiplied with: so the sign is turned",
        "The solution is the inverse times {target}, so the gradient goes through the inverse, transposed",
    ),
    "det": ("The slope of the determinant is the determinant times the inverse, transposed",),
    "cholesky": ("What went into the triangle goes back through its inverse, once from each side",),
    **dict.fromkeys(
        ("svd", "eigh"),
        ("Stretches go back along their directions; turns, divided by how far the stretches are apart",),
    ),
    "qr": ("What went into the columns goes back through the inverse of the triangle",),
    "slogdet": ("The logarithm divides by the determinant, and what is left is the inverse, transposed",),
    "pinv": ("What an inverse would send, and a part for each space that {target} leaves out",),
    "logdet": ("The logarithm divides by the determinant, and what is left is the inverse, transposed",),
    "t": ("The gradient is transposed back",),
    **dict.fromkeys(("transpose", "mT"), ("The gradient's axes are swapped back",)),
    **dict.fromkeys(("tril", "triu"), ("What was kept gets the gradient, what was put to 0 gets none",)),
    "trace": ("Each element of the diagonal was counted once and gets the gradient, the others were not: 0",),
    "diagonal": (PICKED,),
    "windows": ("An element was seen in several windows: the gradients from all of them are added up",),
    "put_windows": ("Each window was added where it was seen, and gets the gradient from there",),
    "put_strided": ("Each number was added in its place, and gets the gradient from there",),
    "put_diagonal": ("The numbers stand on the diagonal, so they get the gradient that is there",),
    # the same numbers, moved about
    **dict.fromkeys(("reshape", "unsqueeze", "squeeze"), ("The gradient is put back into the old shape",)),
    "permute": ("The gradient's axes are put back in the old order",),
    **dict.fromkeys(("flip", "roll"), (BACK,)),
    "sort": ("Each number only moved to another place: its gradient goes back to where it was",),
    "topk": ("What was kept gets its gradient back at its old place, the rest gets 0",),
    **dict.fromkeys(("getitem", "narrow", "select", "as_strided"), (PICKED,)),
    **dict.fromkeys(
        ("gather", "index_select"),
        ("What was picked gets the gradient, as often as it was picked; the rest gets 0",),
    ),
    **dict.fromkeys(("put", "scatter"), ("Each number gets the gradient of the place it was put to",)),
    "put_into": (
        "The part that was replaced no longer counts and gets 0, the rest gets the gradient unchanged",
        "{target} is now a part of the result, and gets the gradient of that part",
    ),
    "masked_fill": (
        "Where the mask held, {target} was replaced and gets 0; the rest gets the gradient",
        "Where the mask held, {target} is now the result, and gets the gradient that is there",
    ),
    "index_put": (
        "What was replaced no longer counts and gets 0, the rest gets the gradient unchanged",
        "{target} is now a part of the result, and gets the gradient of that part",
    ),
    "index_add": (
        "A sum passes its gradient on unchanged",
        "What was added gets the gradient of the places it was added to",
    ),
    "addcmul": (
        "A sum passes its gradient on unchanged",
        "The slope of a product along one factor is the other factor",
        "The slope of a product along one factor is the other factor",
    ),
    "addcdiv": (
        "A sum passes its gradient on unchanged",
        "Dividing divides the slope by the same number",
        "The more {target} grows, the less is left of the quotient",
    ),
    "lerp": (
        "The rest of the way is what {target} counts",
        "The part of the way that was gone is what {target} counts",
        "Going further moves the result by the whole distance",
    ),
    "nan_to_num": ("Where there was a number, the gradient goes on unchanged; elsewhere it is 0",),
    "cat": ("The parts lie one after the other: the gradient is cut apart in the same places",),
    "stack": ("Each part is one slice of the result, and gets the gradient of that slice",),
    # copies
    "cast": ("A change of dtype passes its gradient on",),
    **dict.fromkeys(("clone", "kept_copy", "view_as"), ("A copy passes its gradient on unchanged",)),
    "zero": (REPLACED,),
    "fill": (REPLACED, "{target} fills every place, so it gets the gradients of all of them"),
    "copy": (REPLACED, "A copy passes its gradient on unchanged"),
    # networks
    "mse_loss": (
        "The slope of a square is 2 times the value: twice the difference, over n = {n}{here}",
        "{target} is what is subtracted: twice the difference, with its sign turned, over n = {n}{here}",
    ),
    **dict.fromkeys(
        ("huber_loss", "smooth_l1_loss"),
        (
            "The slope is the difference, but far away it grows no more: one outlier can't pull too much",
            "{target} is what is subtracted: the same slope, with its sign turned",
        ),
    ),
    "binary_cross_entropy": (
        "The slope is how far the chance is from the target, over the chance times 1 minus the chance{here}",
        "The loss is a straight line in {target}: its slope is the log of the odds against{here}",
    ),
    "binary_cross_entropy_with_logits": (
        "Sigmoid and logarithm cancel: the slope is just the chance minus the target, over n = {n}{here}",
        "The loss is a straight line in {target}: its slope is minus the logit, over n = {n}{here}",
    ),
    "nll_loss": ("Only the log-probability of the target is in the loss, with a minus: the others get 0",),
    "nll_loss_backward": ("The gradient is picked where the targets are, with its sign turned",),
    **dict.fromkeys(
        ("batch_norm", "layer_norm"),
        (
            "Mean and scale are set anyway, so what would only change those is taken out of the gradient",
            "The scale is a factor: its slope is the normalised value, summed over all that it was used for",
            "The shift is added: it gets the gradient of all that it was added to",
        ),
    ),
    "embedding": ("Each row gets the gradients of all places where it was looked up; unused rows get 0",),
    "constant_pad_nd": ("The margin is no part of {target}, so its gradient is cut off",),
    "conv_transpose": (
        "Each element put the weights down once: it gets what they see of the gradient there, added up",
        "Each weight was put down for every element: gradient times that element, added up",
        "The shift was added at every place: it gets the gradients of all of them",
    ),
    "convolution": (
        "Each element lay under the window at several places: what they send through the weights is added up",
        "Each weight met the input at every place: gradient times what lay under it, added up",
        "The shift was added at every place: it gets the gradients of all of them",
    ),
    "unfold": ("Each element was seen at several places: the gradients of its copies are added up",),
    "fold": ("Each column was added where the window saw it, and gets the gradient from there",),
    "max_pool2d": ("Only the largest element under the window decides: it gets the gradient, the others 0",),
    **dict.fromkeys(
        ("avg_pool2d", "adaptive_avg_pool2d"),
        ("A mean gives each element it is over the same small weight: they share the gradient evenly",),
    ),
}
