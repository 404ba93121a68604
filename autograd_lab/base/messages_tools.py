"""What can go wrong in autograd's tools, func, random numbers and data: a part of messages.py."""

from pickle import UnpicklingError

MESSAGES: dict[str, tuple[type[Exception], str]] = {
    # autograd
    "nested_levels": (RuntimeError, "Nested forward mode AD is not supported at the moment: leave the first "
                      "level first, or nest func.jvp."),
    "no_level_to_leave": (RuntimeError, "Trying to exit a forward AD level but no level is open."),
    "no_level": (RuntimeError, "Trying to create a dual Tensor for forward AD but no level exists, make sure "
                 "to enter_dual_level() first."),
    "whole_tangent": (ValueError, "Expected a floating point tensor, but got {dtype}: integers do not move."),
    "tangent_shape": (RuntimeError, "Expected tangent to have the shape of the tensor, {want}, but got "
                      "{got}."),
    "tensors_only": (TypeError, "{function}: {given} must be a Tensor or a tuple of Tensors, not {got}"),
    "single_tensor": (RuntimeError, "{function}: the function must return a single Tensor"),
    "single_element": (RuntimeError, "{function}: the function must return a single element"),
    "strict_output": (RuntimeError, "{function}: with strict=True, each output must depend on the inputs"),
    "v_left_out": (RuntimeError, "{function}: v may be left out only for a single Tensor with a single "
                   "element"),
    "v_shapes": (RuntimeError, "{function}: v must be of the shapes {want}, not {got}"),
    "strategy": (AssertionError, "the strategy is \"reverse-mode\" or \"forward-mode\", not {given}"),
    "forward_only": (NotImplementedError, "\"forward-mode\" is there for vectorize=True and "
                     "create_graph=False"),
    "strict_alone": (RuntimeError, "strict=True goes neither with vectorize=True nor with forward-mode"),
    "checks_nothing": (AssertionError, "gradcheck: check the backward pass, the forward pass or both"),
    "nothing_learns": (ValueError, "gradcheck: at least one input must be a Tensor that requires grad"),
    "gradient_of_zeros": (RuntimeError, "input {i} gets a gradient even where those of all outputs are zero"),
    "gradient_dtype": (RuntimeError, "the gradient of input {i} is {got}, and the input {want}"),
    "no_edge": (RuntimeError, "It is not possible to get the gradient edge for a Tensor that does not "
                "require gradients: set requires_grad=True before it is used."),
    "hook_mode": (ValueError, "Expects mode to be one of ('all', 'any') but got {given}"),
    "hooks_learn": (AssertionError, "Expected gradient function to be set: each must require grad."),
    "strict_input": (RuntimeError, "{function}: with strict=True: {why} independent of input {k}"),
    "wrong_jacobian": (RuntimeError, "the {way} pass gives a wrong Jacobian of output {k} with respect to input "
                       "{i}\nanalytical:\n{got}\n{other}:\n{want}"),
    # func
    "name_in_two": (ValueError, "functional_call: a name is in two of the dicts"),
    "odd_names": (RuntimeError, "functional_call: missing, or one too many: {names}"),
    "one_class": (RuntimeError, "stack_module_state: expected Modules of one class, and at least one"),
    "no_axis_to_slice": (ValueError, "vmap: no axis {dim} to slice in a {got} with {axes} axes"),
    "slice_sizes": (ValueError, "vmap: the axes to slice must be of one size, not 0: {sizes}"),
    "slice_dims": (ValueError, "vmap: {name} must be an int or built as what it is for, not {given}"),
    "slice_returns": (ValueError, "vmap: the function must return Tensors only, not {got}"),
    "slices_differ": (ValueError, "vmap: out_dims is None for an output that differs from slice to slice"),
    "grad_of_number": (RuntimeError, "grad: the function must return one number, as a Tensor without axes"),
    "vjp_floats": (RuntimeError, "vjp: the outputs must be of a floating dtype, not {dtype}"),
    "cotangents": (RuntimeError, "vjp: the cotangents must be built as the output is"),
    "tangents": (RuntimeError, "jvp: primals and tangents must be tuples, built alike"),
    "strict_jvp": (RuntimeError, "jvp: with strict=True, every output must depend on the primals"),
    "by_tensors": (ValueError, "only a Tensor can be differentiated by, not {got}"),
    "by_floats": (RuntimeError, "only Tensors of a floating dtype can be differentiated by, not {dtype}"),
    "argnums": (RuntimeError, "argnums must be positions among {count} arguments, not {given}"),
    "argnums_twice": (RuntimeError, "argnums must differ from each other: {given}"),
    "has_aux": (RuntimeError, "with has_aux=True the function must return a tuple (output, aux)"),
    "returns_tensors": (RuntimeError, "the function must return Tensors only, not {got}"),
    # random numbers
    "random_floats": (NotImplementedError, "{drawn} numbers need a floating dtype, not {dtype}"),
    "random_device": (RuntimeError, "NumPy works on the CPU, so the only device is 'cpu', not {given}"),
    "seed": (ValueError, "a seed lies between -2**63 and 2**64 - 1; {given} does not"),
    "state_dtype": (TypeError, "a generator's state is a ByteTensor (uint8), not {dtype}"),
    "state_size": (RuntimeError, "a generator's state has {want} numbers, not {got}"),
    "uniform": (RuntimeError, "uniform numbers need from <= to, and {low} > {high}"),
    "normal_std": (RuntimeError, "normal numbers need std >= 0.0, not {std}"),
    "probability": (RuntimeError, "a probability p lies in [0, 1]; not so in {p}"),
    "exponential": (RuntimeError, "exponential numbers are floats with lambda > 0; got {dtype} and {rate}"),
    "integers": (RuntimeError, "random integers need from < to, not from={low} >= to={high}"),
    "integer_range": (RuntimeError, "from {low} to {high} is out of bounds for {dtype}"),
    "randint": (TypeError, "randint() takes randint(high, size) or randint(low, high, size)"),
    "randint_size": (TypeError, "randint() takes its size as a tuple of ints, last; got {given}"),
    "normal_size": (TypeError, "normal() of two numbers needs a size"),
    "normal_shapes": (RuntimeError, "the shapes of mean and std don't fit together: {mean} and {std}"),
    "normal_stds": (RuntimeError, "normal numbers need std >= 0.0 everywhere"),
    "multinomial_axes": (RuntimeError, "multinomial() takes floating weights, prob_dist must be 1 or 2 dim"),
    "multinomial_count": (RuntimeError, "can't draw {count} samples out of {n}"),
    "multinomial_weights": (RuntimeError, "weights must be finite, not negative and not all 0"),
    "random_size": (TypeError, "{function}() takes a size of integers, not {given}"),
    "random_negative": (RuntimeError, "{function}() can't make a negative dimension: {given}"),
    # data, files and dtypes
    "default_dtype": (TypeError, "only floating-point types are supported as the default type"),
    "unsafe_load": (UnpicklingError, "Weights only load failed: the file holds {module}.{name}, which is "
                    "neither a Tensor nor a container. If you trust whoever made it, use load(f, "
                    "weights_only=False)."),
    "no_getitem": (NotImplementedError, "{name} has no __getitem__(): write one in the class"),
    "split_lengths": (ValueError, "Sum of input lengths does not equal the length of the input dataset!"),
    "no_batch": (TypeError, "default_collate: no batch can be made of {got}: give a collate_fn"),
    "batch_number": (ValueError, "batch_size should be a positive integer value, but got batch_size={given}"),
    "row_counts": (AssertionError, "the Tensors have different numbers of rows"),
}  # fmt: skip
