"""All sentences of the story, in one place. Names come in backticks; values are put in by the faces."""

# What an operation does, forward. {x} and {y} are its inputs, {n} how many elements there are.
FORWARD = {
    "add": "Add {x} and {y}{each}.",
    "sub": "Subtract {y} from {x}{each}.",
    "mul": "Multiply {x} by {y}{each}.",
    "div": "Divide {x} by {y}{each}.",
    "neg": "Turn the sign of {x}.",
    "pow": "Raise {x} to the power {y}{each}.",
    "square": "Square {x}{each}.",
    "twice": "Multiply {x} by itself. It is used twice, so two edges lead from it.",
    "exp": "Take e to the power {x}{each}.",
    "log": "Take the natural logarithm of {x}{each}.",
    "sin": "Take the sine of {x}{each}.",
    "cos": "Take the cosine of {x}{each}.",
    "tanh": "Squash {x} to between −1 and 1 with tanh{each}.",
    "sigmoid": "Squash {x} to between 0 and 1 with the sigmoid{each}.",
    "relu": "Keep what is positive in {x}, and put 0 for the rest.",
    "sqrt": "Take the square root of {x}{each}.",
    "sum": "Add up the elements of {x}.",
    "mean": "Take the mean of the elements of {x}.",
    "matmul": "Multiply the matrices {x} and {y}: each row of the left with each column of the right.",
    "t": "Transpose {x}: rows become columns.",
    "reshape": "Put the elements of {x} into another shape.",
    "getitem": "Pick elements of {x}.",
    "cast": "Change the dtype of {x}.",
    "clone": "Copy {x}.",
    "detach": "Take the numbers of {x} and leave its history behind: no gradient flows back through here.",
    "data": "Take the numbers of {x}, outside autograd: no gradient flows back through here.",
}
OTHER_FORWARD = "Work out `{op}` of {x}."
EACH = ", element by element"
NAMED = " The result gets the name {out}: {value}."
RESULT = " That gives {value}."
UNRECORDED = " Recording is off here, so it will not learn."
STRETCHED = " {who} is stretched from {small} to {big} to fit."

# Why the local derivative is what it is, backward, for each input in turn. {target} is the input that
# receives, {other} its partner.
BACKWARD = {
    "add": (
        "A sum passes its gradient on unchanged",
        "A sum passes its gradient on unchanged",
    ),
    "sub": (
        "A difference passes its gradient on unchanged to what it starts from",
        "A difference passes its gradient on with the sign turned to what is taken away",
    ),
    "mul": (
        "The slope of a product along one factor is the other factor, {other}",
        "The slope of a product along one factor is the other factor, {other}",
    ),
    "div": (
        "Dividing by {other} divides the slope by it too",
        "The more {target} grows, the less is left: the slope is −{other} over {target} squared",
    ),
    "neg": ("A minus turns the sign of the gradient",),
    "square": ("The slope of squaring is 2 times the value, so the gradient is multiplied by {local}",),
    "pow": (
        "The slope of a power is the exponent times the value to one power less, here {local}",
        "The slope of a power along its exponent is the result times the logarithm of the base, here {local}",
    ),
    "exp": ("The slope of e to a power is that power itself, {local}",),
    "log": ("The slope of the logarithm is 1 over the value, here {local}",),
    "sin": ("The slope of the sine is the cosine, here {local}",),
    "cos": ("The slope of the cosine is minus the sine, here {local}",),
    "tanh": (
        "The slope of tanh is 1 minus its result squared, here {local}: the flatter, the less gets through",
    ),
    "sigmoid": ("The slope of the sigmoid is its result times 1 minus its result, here {local}",),
    "relu": ("Where the value was positive the slope is 1, elsewhere 0: there nothing gets through",),
    "sqrt": ("The slope of the square root is 1 over twice the root, here {local}",),
    "sum": ("A sum counts each element once, so the gradient arrives at each of them unchanged",),
    "mean": ("The mean gives each of the {n} elements a weight of 1/{n}",),
    "matmul": (
        "The gradient of the left factor is the upstream gradient times the right factor, transposed",
        "The gradient of the right factor is the left factor, transposed, times the upstream gradient",
    ),
    "t": ("The gradient is transposed back",),
    "reshape": ("The gradient is put back into the old shape",),
    "getitem": ("What was picked gets the gradient, the rest gets 0",),
    "cast": ("A change of dtype passes its gradient on",),
    "clone": ("A copy passes its gradient on unchanged",),
}
OTHER_BACKWARD = "The gradient goes back through `{op}`"
ARRIVES = ": {new} arrives at {target}."
ADDED = ": {new} arrives at {target}, and is added to the {old} already there. That makes {total}."
SUMMED = " {target} was stretched from {small} to {big} on the way forward, so its gradient is summed back."
NOTHING = " Nothing goes to {who}, because no leaf behind it learns."

LEARNS = "{name} starts as {value}. It learns: `requires_grad=True` asks for its gradient."
FIXED = "{name} starts as {value}. It is fixed: no gradient will be worked out for it."
GRAD_LEAF = "{name} holds the gradient {value}. It is a plain value here: it does not learn."
HOLDS = " Its `.grad` still holds {stored}: what comes is added to it."
SEED = "Backward starts at {name}. How fast does {name} change when {name} changes? By exactly as much: 1."
SEED_GIVEN = "Backward starts at {name} with the gradient that was given: {value}."
STORE = "Nothing else flows into {name}. The total, {value}, is stored as {slot}."
STORE_ADDED = (
    "Nothing else flows into {name}. Its `.grad` held {before}; {total} is added, and that makes {value}."
)
INPLACE = "{name} is changed in place: {old} becomes {value}. It is still the same Variable."
NO_GRAD = "Inside `no_grad`, operations are computed but not recorded: no gradient will flow through them."
ENABLE_GRAD = "From here, operations are recorded for backward again."
ZERO_GRAD = "The gradient of {name} is set to {value}, so that the next backward pass starts afresh."
LIMIT = "The recording stops here: it holds {limit} operations, its limit. The cell ran on to its end."
ERROR = "Here it stopped. {text}"
NOTES = {
    "no_grad": NO_GRAD,
    "enable_grad": ENABLE_GRAD,
    "set_grad_enabled": "Recording for backward is switched here.",
    "zero_grad": ZERO_GRAD,
    "grad_changed": "The gradient of {name} is changed in place. It is now {value}.",
    "limit": LIMIT,
}
