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
