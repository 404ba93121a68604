"""What can go wrong, and what is said of it: loaded once something did.

Each message begins with PyTorch's own words, so that who has met those recognises it; then it says which
Variable, on which line, and the cure. {line} is where the user's code is now; a Variable shows its name.
Those of nn and optim are in messages_nn.py; those of autograd's tools, func, random numbers and data in
messages_tools.py.
"""

from . import messages_nn, messages_tools

MESSAGES: dict[str, tuple[type[Exception], str]] = messages_nn.MESSAGES | messages_tools.MESSAGES | {
    # Variables and operations
    "freed": (RuntimeError, "Trying to backward through the graph a second time {line}: of what {variable} was computed "
              "from, the values that {node} saved{made} were freed by the first backward pass. Run the forward pass again before calling "
              "backward, and detach() what is carried over from the last one; or keep the values with "
              "backward(retain_graph=True) in the first call."),
    "read_freed": (RuntimeError, "Trying to directly access saved tensors after they have already been freed {line}: "
                   "what {node} saved{made} was let go of by a backward pass. Run the forward pass again, or keep the "
                   "values with backward(retain_graph=True)."),
    "no_gradient": (RuntimeError, "{variable} does not require grad and does not have a grad_fn {line}, so backward "
                    "has nowhere to go. Make a leaf that it is computed from with requires_grad=True, and check that "
                    "it was not computed under no_grad() or cut off by detach()."),
    "not_scalar": (RuntimeError, "grad can be implicitly created only for scalar outputs {line}: {variable} has shape "
                   "{variable.shape}. Reduce it to one number first, with .sum() or .mean(), or pass "
                   "backward(gradient=...) of the same shape."),
    "leaf_in_place": (RuntimeError, "a leaf Variable that requires grad is being used in an in-place operation {line}: "
                      "{how} would change {variable}, which learns, while its history is recorded. "
                      "Put the update under torch.no_grad(), or compute a new Variable."),
    "view_in_place": (RuntimeError, "a view of a leaf Variable that requires grad is being used in an in-place "
                      "operation {line}: {how} would change {variable}, and with it the leaf that it looks into. "
                      "Put the update under torch.no_grad(), or change a .clone()."),
    "several_views": (RuntimeError, "{how} would change {variable} {line}, a view that is the output of a function that "
                      "returns multiple views. Such functions do not allow the output views to be modified inplace. "
                      "Use indexing instead, or .clone() it first."),
    "one_place": (RuntimeError, "unsupported operation: more than one element of the written-to tensor refers to a "
                  "single memory location {line}: {how} would change {variable}, which was stretched by expand(). "
                  ".clone() it first."),
    "integers_learn": (RuntimeError, "only Tensors of floating point dtype can require gradients {line}, but "
                       "{variable} is {dtype}. Write its numbers with a point (5. instead of 5), or pass dtype=torch.float32."),
    "wrong_shape": (RuntimeError, "the gradient for {what} has shape {got}, but {what} itself has {want} {line}. "
                    "A gradient has the shape of its Variable."),
    "wrong_dtype": (RuntimeError, "attempting to assign a gradient with dtype {got} to {what}, which is {want} {line}. "
                    "A gradient has the dtype of its Variable."),
    "no_numpy": (RuntimeError, "Can't call numpy() on {variable} {line}: it requires grad, and NumPy would not record "
                 "what it does. Use .detach().numpy() instead."),
    "not_one": (RuntimeError, "a Tensor with {variable._array.size} elements cannot be converted to Scalar {line}: "
                "{variable} has shape {variable.shape}. Pick or reduce to one element first."),
    "no_length": (TypeError, "len() of a 0-d tensor {line}: {variable} has no axes. It is one number: .item() gives it."),
    "no_elements": (TypeError, "iteration over a 0-d tensor {line}: {variable} has no axes. It is one number: .item() "
                    "gives it."),
    "not_an_index": (TypeError, "only integer tensors of a single element can be converted to an index {line}: "
                     "{variable} is {variable.dtype} of shape {variable.shape}. Take int(...) of one element."),
    "flag_of_result": (RuntimeError, "you can only change requires_grad flags of leaf variables {line}: {variable} was "
                       "computed by an operation. Use .detach() to get a Variable that does not require grad."),
    "detach_view": (RuntimeError, "Can't detach views in-place {line}: {variable} looks into another Variable. "
                    "Use detach() instead, which gives a new one."),
    "no_deepcopy": (RuntimeError, "Only Tensors created explicitly by the user support the deepcopy protocol {line}: "
                    "{variable} was computed by an operation. Copy its .detach()."),
    "grad_of_result": (UserWarning, "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its "
                       ".grad attribute won't be populated during autograd.backward(): {variable} was computed by an "
                       "operation {line}. Call .retain_grad() on it before backward to keep its gradient."),
    "unused": (RuntimeError, "The differentiated Tensor at index {index} appears to not have been used in the graph "
               "{line}: {variable}. Check that the output is computed from it, or pass allow_unused=True."),
    "zeros_for_unused": (ValueError, "Expected allow_unused to be True or not passed when materialize_grads=True, but "
                         "got False {line}."),
    "not_a_dict": (TypeError, "`inputs` argument to `{function}()` must be a dict, not {got} {line}."),
    "cant_retain": (RuntimeError, "can't retain_grad on Tensor that has requires_grad=False {line}: no gradient will "
                    "reach {variable}. Make a leaf that it is computed from with requires_grad=True."),
    "cant_hook": (RuntimeError, "cannot register a hook on a tensor that doesn't require gradient {line}: none will "
                  "reach {variable}. Make it, or a leaf that it is computed from, with requires_grad=True."),
    "hook_of_result": (RuntimeError, "post accumulate grad hooks cannot be registered on non-leaf tensors {line}: "
                       "{variable} was computed by an operation. Use register_hook() instead."),
    "not_from_hook": (TypeError, "expected Variable, but hook returned '{got}' {line}. A hook returns None, or a "
                      "gradient that takes the place of the one it was given."),
    "hook_length": (RuntimeError, "hook has changed the number of gradients: got {got}, expected {want} {line}. "
                    "Return as many as it was given, None among them."),
    "nan": (RuntimeError, "Function '{node}' returned nan values in its {k}th output: backward through the operation "
            "that made {result}{made} gave NaN. Look at the values that went into it: 0/0, log(0)*0, sqrt at 0, inf - inf."),
    "no_bools": (RuntimeError, "{what} a bool tensor is not supported {line}. Turn it into numbers first, with x * 1, "
                 "or use ~ or logical_xor."),
    "ambiguous": (RuntimeError, "Boolean value of Tensor {values} is ambiguous {line}: {variable} has shape "
                  "{variable.shape}. Reduce it to one number first."),
    "wont_hold": (RuntimeError, "result type {got} can't be cast to the desired output type {held} {line}: {variable} "
                  "keeps its dtype when it is changed in place, and {held} would lose part of the numbers. "
                  "Compute a new Variable."),
    "floats_only": (NotImplementedError, "\"{function}\" not implemented for {variable.dtype} {line}: {variable} must hold "
                    "floats. Write its numbers with a point, or turn them into floats with .float()."),
    "no_mean": (RuntimeError, "mean(): could not infer output dtype. Input dtype must be floating point {line}, but "
                "{variable} is {variable.dtype}. Write its numbers with a point, or pass dtype=torch.float32."),
    "too_many_axes": (RuntimeError, "{op}() expects a tensor with <= 2 dimensions, but self is {variable.ndim}D {line}: "
                      "{variable} has shape {variable.shape}. Pick or reshape to two axes first."),
    "bad_dim": (IndexError, "Dimension out of range (expected to be in range of [{low}, {high}], but got {dim}) "
                "{line}. Axes are counted from 0, or from -1 backwards."),
    "same_dim_twice": (RuntimeError, "dim {dim} appears multiple times in the list of dims {line}. Name each once."),
    "own_grad": (RuntimeError, "can't assign Variable as its own grad {line}: {variable} and its gradient are two things."),
    "not_a_gradient": (TypeError, "assigned grad expected to be a Tensor or None but got grad of type {got} {line}, "
                       "for {variable}. Make it a Variable first, with torch.tensor(...)."),
    "no_zeros_at_edge": (RuntimeError, "materialize_grads cannot be used when the given input is a GradientEdge {line}, "
                         "to which nothing flows."),
    "not_a_variable": (TypeError, "{function}(): argument '{argument}' must be Tensor, not {got} {line}. "
                       "Make it a Variable first, with torch.tensor(...)."),
    "arange": (RuntimeError, "upper bound and lower bound inconsistent with step sign {line}: from {start} to {end} in "
               "steps of {step}. Turn the sign of the step, or swap the bounds."),
    "chunks": (RuntimeError, "chunk expects `chunks` to be greater than 0, got: {chunks} {line}."),
    "windows": (RuntimeError, "unfold: windows of {size} elements, {step} apart, don't fit an axis of {n} {line}."),
    "three": (RuntimeError, "cross: inputs dimension {dim} must have length 3 {line}: {variable} has shape {variable.shape}."),
    "device": (RuntimeError, "there is one device, 'cpu', and not '{device}' {line}: leave device= out."),
    "index_range": (RuntimeError, "{function}(): index {first} is out of bounds for dimension {dim} with size {n} {line}: "
                    "positions go from 0 to {n} - 1, and {variable} holds others."),
    "index_dtype": (RuntimeError, "{function}(): Expected dtype int64 for index {line}, but {variable} is "
                    "{variable.dtype}. Turn it into positions with .long()."),
    "index_axes": (IndexError, "{function}(): Index is supposed to be a vector {line}, but {variable} has shape "
                   "{variable.shape}. Take .reshape(-1)."),
    "mask": (RuntimeError, "{function}() only supports boolean masks {line}, but {variable} is {variable.dtype}. "
             "Make one with a comparison, such as x > 0."),
    "one_number": (RuntimeError, "{function}() only supports a 0-dimensional value tensor {line}, but {variable} has "
                   "shape {variable.shape}. Take .item() of one element."),
    "not_a_number": (TypeError, "{function}(): argument 'value' must be Number, not {got} {line}."),
    "overflow": (RuntimeError, "{function}(): value cannot be converted to type {dtype} without overflow {line}: "
                 "{value} is none of its numbers."),
    "not_an_array": (TypeError, "expected np.ndarray (got {got}) {line}. Use torch.tensor(...) for other data."),
    "not_a_size": (TypeError, "{function}(): argument 'size' must be tuple of ints, not {got} {line}."),
    "not_a_dtype": (TypeError, "dtype must be torch.dtype, not {got} {line}. Use torch.float32 and its like."),
    "not_assigned": (TypeError, "can't assign a {got} to a part of a Tensor {line}. Make it a Variable first, with "
                     "torch.tensor(...)."),
    "topk": (RuntimeError, "selected index k out of range {line}: there are {n} elements to take {k} from."),
    "flatten": (RuntimeError, "flatten() has invalid args: start_dim cannot come after end_dim {line}: {first} and "
                "{last}. Swap them."),
    "roll": (RuntimeError, "shifts and dimensions must align {line}: shifts {shifts}, dims {dims}. Give one gradient for each."),
    "narrow_start": (IndexError, "start out of range (expected to be in range of [-{n}, {n}], but got {start}) {line}."),
    "narrow_length": (RuntimeError, "start ({start}) + length ({length}) exceeds dimension size ({n}) {line}."),
    "no_axes": (RuntimeError, "zero-dimensional tensor cannot be concatenated by {function}() {line}. "
                "Use stack(), or .reshape(1) it first."),
    "no_view": (RuntimeError, "view size is not compatible with input tensor's size and stride {line}: {variable} does "
                "not lie in memory in the order of {shape}. Use .reshape(...), which copies where it must."),
    "nothing_to_stack": (RuntimeError, "stack expects a non-empty list of Tensors {line}."),
    "index_of_number": (RuntimeError, "index_select(): Index to scalar can have only 1 value, got {n} value(s) {line}."),
    "moved_inside": (RuntimeError, "leaf variable has been moved into the graph interior {line}: {variable} was changed in "
                     "place by what learns, after it was used as a leaf."),
    "negative_order": (RuntimeError, "order must be non-negative but got {n} {line}."),
    "no_axis": (RuntimeError, "{function} expects at least a 1-dimensional tensor {line}, but {variable} has no axes."),
    "no_axis_to_select": (IndexError, "select() cannot be applied to a 0-dim tensor {line}: {variable} has no axes."),
    "one_matrix": (RuntimeError, "{op}: expected a matrix {line}, but its shape is {shape}."),
    "no_matrix": (RuntimeError, "{op}: input tensor must have at least 2 dimensions {line}, but its shape is {shape}."),
    "nothing_to_join": (ValueError, "{function}() expected a non-empty list of Tensors {line}."),
    "permutation": (RuntimeError, "permute(dims) {dims} must name each of the {variable.ndim} axes of {variable} once "
                    "{line}."),
    "repeats": (RuntimeError, "Number of dimensions of repeat dims {repeats} can not be smaller than number of "
                "dimensions of {variable}, {variable.ndim} {line}. Give one number an axis."),
    "split": (RuntimeError, "split_with_sizes expects split_sizes to sum exactly to {n}, but got {parts} {line}."),
    "not_inferred": (RuntimeError, "Could not infer dtype of {got} {line}: a Variable holds numbers, alone or in lists of "
                     "equal length."),
    "strings": (ValueError, "too many dimensions '{got}' {line}: a Variable holds numbers, and no text."),
    "not_numbers": (TypeError, "new(): invalid data type '{got}' {line}: a Variable holds numbers, alone or in lists "
                    "of equal length."),
    "negative_size": (RuntimeError, "Dimension size must be non-negative {line}, but the shape asked for is {shape}."),
    "one_gradient_each": (RuntimeError, "got {roots} tensors and {gradients} gradients {line}. Give one gradient for each."),
    "nothing_wanted": (RuntimeError, "`inputs` argument to `{function}()` cannot be empty {line}. Name what to "
                       "differentiate with respect to."),
    "whole_power": (RuntimeError, "Integers to negative integer powers are not allowed {line}: the result would be no "
                    "integer. Write the base, or the exponent, with a point (-1. instead of -1)."),
    "no_such_part": (IndexError, "{what} {line}: the shape is {shape}, and positions start at 0. "
                     "Take a position that is there, or .item() for the number of a Variable without axes."),
    "wont_fit": (RuntimeError, "shape '{new}' is invalid for input of size {size} {line}: a shape for the {size} "
                 "elements of {shape} must have as many. One of its axes may be -1: whatever is left."),
    "missing": (TypeError, "{function}() missing 1 required positional argument: '{argument}' {line}."),
    "unexpected": (TypeError, "{function}() got an unexpected argument {argument} {line}. It takes {known}."),
    "same_dtype": (RuntimeError, "expected both factors to have the same dtype, but got {first} != {second} {line}. "
                   "Turn one into the other's with .to(...)."),
    "number_of_gradients": (RuntimeError, "function {node} returned an incorrect number of gradients (expected "
                            "{expected}, got {got}) {line}: backward returns one for each input of forward, None where "
                            "none goes."),
    "no_gradient_returned": (RuntimeError, "expected Variable or None (got {got}): backward of {node} must return a "
                             "Variable or None for input {k}."),
    "needless_gradient": (RuntimeError, "function {node} returned a gradient different from None at position {k}, but "
                          "the corresponding forward input was not a Variable. Return None there."),
    "saves_variables": (TypeError, "save_for_backward can only save variables, but argument {k} is of type {got}. "
                        "Keep other things as attributes: ctx.name = ..."),
    "dirty_returned": (RuntimeError, "Some elements marked as dirty during the forward method were not returned as "
                       "output {line}. The inputs that are modified inplace must all be outputs of the Function."),
    "inference_in_place": (RuntimeError, "Inplace update to inference tensor outside InferenceMode is not allowed "
                           "{line}: {how} would change {variable}. .clone() it first."),
    "inference_flag": (RuntimeError, "Setting requires_grad=True on inference tensor outside InferenceMode is not "
                       "allowed {line}: {variable}. .clone() it first."),
    "inference_version": (RuntimeError, "Inference tensors do not track version counter {line}: {variable}."),
    "unrecorded_view": (RuntimeError, "A view was created in no_grad mode and is being modified inplace with grad mode "
                        "enabled {line}: {how} would change {variable}. Make the view where gradients are recorded, "
                        "or change it under torch.no_grad() too."),
    "lost_view": (RuntimeError, "A view of shape {shape} was created in no_grad mode, or is one of several that an "
                  "operation returned at once, and its base or another view of its base has been modified inplace with "
                  "grad mode enabled {line}: it can't be told what it would be computed from. Make the view anew, after "
                  "the change."),
    "overlap": (RuntimeError, "unsupported operation: some elements of the input tensor and the written-to tensor refer "
                "to a single memory location {line}: {how} would change {variable} while it is read. "
                ".clone() the other one first."),
    "gradient_shape": (RuntimeError, "Function {node} returned an invalid gradient at index {k} - got {got} but "
                       "expected shape compatible with {want} {line}: a gradient has the shape of its input, {shape}, "
                       "and not {returned}."),
    "no_forward": (NotImplementedError, "You must implement the forward function for custom autograd.Function {line}."),
    "no_backward": (NotImplementedError, "You must implement either the backward or vjp method for your custom "
                    "autograd.Function to use it with backward mode AD {line}."),
    "no_jvp": (NotImplementedError, "You must implement the jvp function for custom autograd.Function to use it with "
               "forward mode AD {line}."),
    "twice": (RuntimeError, "trying to differentiate twice a function that was marked with @once_differentiable "
              "{line}. Write its backward in differentiable operations, and take the mark away."),
    "inference": (RuntimeError, "Inference tensors cannot be saved for backward {line}: {variable} was made in "
                  "inference_mode(). .clone() it outside, or make it under no_grad() instead."),
    "no_derivative": (RuntimeError, "derivative for {function} is not implemented {line}: it is flat, but for its "
                      "steps. Use div(..., rounding_mode='floor'), of which the gradient is 0."),
    "qr_derivative": (RuntimeError, "The derivative of linalg.qr is not implemented {line} when mode={mode} leaves parts "
                      "of Q free, or out. Use mode='reduced'."),
    "qr_mode": (RuntimeError, "qr received unrecognized mode {mode} {line}: use 'reduced' (the default), 'r' or "
                "'complete'."),
    "not_square": (RuntimeError, "linalg.{op}: The input tensor A must be batches of square matrices {line}, but its "
                   "shape is {shape}."),
    "no_bounds": (RuntimeError, "clamp(): at least one of 'min' or 'max' must not be None {line}. Name one."),
    "axes": (RuntimeError, "{op}: expected a tensor with {wanted} axes {line}, but {variable} has shape "
             "{variable.shape}. Use matmul, which takes any, or reshape it."),
    "einsum": (RuntimeError, "einsum(): {equation} can't be done {line}: {what}. Each operand has a term, and each "
               "of its axes a letter in it; what is after -> is left of them."),
    "nothing_to_reduce": (RuntimeError, "{function}(): expected a reduction dim to be specified for input.numel() == 0 "
                          "{line}: {variable} has shape {variable.shape}, and no element to pick."),
    "nothing_along": (IndexError, "{function}(): expected reduction dim {dim} to have non-zero size {line}: {variable} has "
                      "shape {variable.shape}, and no element to pick there."),
    "needs_floats": (RuntimeError, "{function}: only floating point dtypes are supported {line}, but {variable} is "
                     "{variable.dtype}. Write its numbers with a point, or turn them into floats with .float()."),
    "no_norm": (RuntimeError, "norm(): {p} is no order {line}. Take a number, float('inf') or 'fro'."),
    "not_for": (NotImplementedError, "\"{op}\" not implemented for '{dtype}' {line}. Take numbers of another dtype, "
                "with .to(...) or, for bools, x * 1."),
    "zero_division": (RuntimeError, "ZeroDivisionError {line}: {op}() of integers by 0. Write one with a point, and "
                      "the result is inf or nan."),
    "whole_alpha": (RuntimeError, "For integral input tensors, argument alpha must not be a floating point number "
                    "{line}, but it is {alpha}. Turn the input into floats first, with .float()."),
    "rounding_mode": (RuntimeError, "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found "
                      "{mode} {line}."),
    "out_learns": (RuntimeError, "{function}(): functions with out=... arguments don't support automatic "
                   "differentiation, but one of the arguments requires grad {line}. Leave out= away."),
    "condition": (RuntimeError, "where expected condition to be a boolean tensor {line}, but {variable} is "
                  "{variable.dtype}. Compare it with something, as in x > 0."),
    # with more in them than errors.error() fills in
    "changed": (RuntimeError, "one of the variables needed for gradient computation has been modified by an inplace "
                "operation: {name} was saved by {node}{made}, and then changed by {how}{then}; it is at version {count}. "
                "Compute a new Variable instead of changing this one, or .clone() it before it is used."),
    "multiply": (RuntimeError, "{op}: mat1 and mat2 shapes cannot be multiplied {line}: the last axis of the left one "
                 "must be as long as the last but one of the right one.\n"
                 "  left  {left}{first}\n  right {right}{second}\n        {marks}\nReshape or transpose one of them."),
    "broadcast": (RuntimeError, "{op}: the size of tensors must match at each axis, or be 1, from the right {line}.\n"
                  "  left  {left}{first}\n  right {right}{second}\n        {marks}\nReshape or transpose one of them."),
    "refused": (RuntimeError, "{op}: {what} {line}."),
}  # fmt: skip

# What stands in the place of a part, where that is no name or number.
PARTS = {
    "here": "(line {n}: {code})",
    "here_number": "(line {n})",
    "on_line": " on line {n}: {code}",
    "on_number": " on line {n}",
    "nameless": "a Variable of shape {shape}",
    "nameless_value": "a value of shape {shape}",
    "nameless_result": "the result of {node}",
    "some_variable": "a Variable",
    "from_hook": "{name}, which a hook returned,",
    "whose": "  {name}",
    "would_become": "what it would become",
    "subtracted_bools": "Subtraction, the `-` operator, with",
    "negated_bools": "Negation, the `-` operator, on",
    "any_bools": "{op}() of",
    "several_values": "with more than one value",
    "no_values": "with no value",
    "none_or_tanh": "none or tanh",
    "no_position": "index {index} is out of bounds for dimension {dim} with size {n}",
    "too_many": "too many indices for array: array is {ndim}-dimensional, but {n} were indexed",
    "one_or_other": "{one} or {next}",
    "two_lines": "{one}\n\t{next}",
    "missing_keys": "Missing key(s) in state_dict: {names}.",
    "unexpected_keys": "Unexpected key(s) in state_dict: {names}.",
    "size_mismatch": "size mismatch for {name}: {got} in the state_dict, {want} here.",
    "the_inputs": "inputs",
    "the_v": "v",
    "the_outputs": "outputs of the function",
    "an_output_is": "an output is",
    "a_derivative_is": "a derivative is constant, so",
    "way_forward": "forward",
    "way_backward": "backward",
    "way_again": "second backward",
    "numerical": "numerical",
    "the_first": "the first",
    "not_as_many_terms": "{terms} terms for {operands} operands",
}

TEXTS = {key: text for key, (_, text) in MESSAGES.items()} | PARTS
