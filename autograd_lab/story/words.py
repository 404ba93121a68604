"""All sentences of the story but those of operations, which are in op_words.py.

Names come in backticks; values are put in by the faces.
"""

OTHER_FORWARD = "Run {op}, a Function of your own, on {xs}."  # what the table has no entry for
EACH = ", element by element"
ALONG = (" along axis {dims}", " along the axes {dims}")
REDUCED = {"mean": ", and take the mean", "sum": ", and add up"}
NAMED = " The result gets the name {out}: {value}."
RESULT = " That gives {value}."
IN_PLACE = " It is done in place: {x} itself becomes {value}."
UNRECORDED = " Recording is off here, so it will not learn."
STEPPED = " Its result moves in steps, so no gradient flows back through it."
STRETCHED = " {who} is stretched from {small} to {big} to fit."

OTHER_BACKWARD = "The `backward` of {op}, a Function of your own, worked out this contribution"
HERE = ", here {local}"
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
HOOK = "The hook {hook} was given the gradient of {name}, {old}, and put {new} in its place."
HOOK_SEES = "The hook {hook} was given the gradient of {name}, {old}, and left it as it is."
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

# Predict before reveal: what a hidden step says, what it asks, a hint for a wrong answer of no known kind.
ASKED = {
    "flow": {
        "say": "The gradient goes on from {giver} to {target}.",
        "question": "What arrives at {target}?",
        "hint": "Multiply {upstream}, the upstream gradient at {giver}, by the local derivative: "
        "how fast does {giver} change when {target} does?",
    },
    "store": {
        "say": "Nothing else flows into {target}. Its gradient is stored.",
        "question": "What does `.grad` of {target} hold now?",
        "hint": "Add up all that arrived at {target}, and what its `.grad` held before.",
    },
}
MISTAKES = {
    "no_upstream": "That is the local derivative of {giver}. "
    "Multiply it by the upstream gradient, {upstream}.",
    "no_local": "That is the upstream gradient as it came. "
    "Multiply it by the local derivative of {giver} with respect to {target}.",
    "not_summed": "That is before summing: {target} was stretched on the way forward, "
    "so what its copies get is added up.",
    "averaged": "You took the mean over the copies of {target}. "
    "It was stretched, so what its copies get is summed.",
    "total": "You added what had arrived before. Asked is only what this one edge brings.",
    "old": "That had arrived at {target} already. Asked is what this edge brings.",
    "swapped": "That is what goes to {other}: you swapped the operands of {giver}.",
    "before_change": "You used a value from before a change in place. "
    "The value that {giver} was given counts.",
    "after_change": "You used a value from after a change in place. The value that {giver} was given counts.",
    "sign": "The size is right, the sign is not.",
    "transposed": "Those are the right numbers, transposed. A gradient has the shape of {target}.",
    "not_divided": "You left out that a mean divides: each number has only its share.",
    "not_spread": "That is one number for all. Each element of {target} gets its own: "
    "a gradient has the shape of {target}.",
    "value": "That is the value of {target}, not its gradient.",
    "out": "That is the value of {giver}, which was worked out on the way forward. Asked is a gradient.",
    "added": "You added upstream and local. The chain rule multiplies them.",
    "divided": "You divided by the local derivative. The chain rule multiplies by it.",
    "halved": "That is half of it: has a factor of 2 been left out?",
    "doubled": "That is twice as much: is a factor of 2 in it once too often?",
    "overwrote": "That is what this pass brings. `.grad` is not overwritten: it is added to what was there.",
    "held": "That is what `.grad` held before. What this pass brings is added to it.",
    "last": "That is only the last contribution. Several arrive at {target}, and they are added up.",
    "first": "That is only the first contribution. Several arrive at {target}, and they are added up.",
    "mean_of_them": "You took the mean of the contributions. They are added up.",
    "local_only": "That is one local derivative. "
    "The total is that times the upstream gradient, all the way from the end.",
    "subtracted": "You subtracted. What arrives is added to what `.grad` held.",
}
