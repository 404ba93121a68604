"""What can go wrong in nn and optim: a part of messages.py, which says what they are made of."""

MESSAGES: dict[str, tuple[type[Exception], str]] = {
    # losses
    "reduction": (ValueError, "{given} is not a valid value for reduction {line}: use mean, sum or none."),
    "not_positive": (RuntimeError, "{function} does not support non-positive values for {name} {line}: "
                     "{given}."),
    "other_size": (ValueError, "{function}: the target's shape {target.shape} must be the same as the "
                   "input's shape {input.shape} {line}. Reshape one of them."),
    "other_dtype": (RuntimeError, "Found dtype {second.dtype} but expected {first.dtype} {line}: {first} "
                    "and {second} must have the same. Turn one into the other's with .to(...)."),
    "no_chance": (RuntimeError, "all elements of input should be between 0 and 1 {line}: {variable} must "
                  "hold probabilities. Use binary_cross_entropy_with_logits, or sigmoid() first."),
    "no_class": (IndexError, "Target {target} is out of bounds {line}: there are {classes} classes, "
                 "counted from 0."),
    "no_classes": (ValueError, "Expected 1 or more dimensions (got 0) {line}: {variable} has no axis of "
                   "classes."),
    "class_dtype": (RuntimeError, "expected target dtype to be Long or Byte, but got {variable.dtype} "
                    "{line}: a target is the number of a class, or has the input's shape and a "
                    "probability for each class."),
    "one_target": (ValueError, "For 1D input, 1D target must have size 1, but got {size} {line}."),
    "batch_size": (ValueError, "Expected input batch_size ({input}) to match target batch_size ({target}) "
                   "{line}: there is one target for each row of the input."),
    "target_size": (RuntimeError, "Expected target size {wanted}, got {got} {line}: there is one target "
                    "for each place of the input."),
    "class_weight": (RuntimeError, "weight tensor should be defined either for all {classes} classes or "
                     "no classes but got weight tensor of shape: {variable.shape} {line}."),
    "smoothing": (RuntimeError, "label_smoothing must be between 0.0 and 1.0. Got: {given} {line}."),
    "ignored_number": (TypeError, "cross_entropy(): argument 'ignore_index' must be int, not {got} {line}."),
    "chance_dtype": (RuntimeError, "Expected floating point type for target with class probabilities, got "
                     "{variable.dtype} {line}: a target of the input's shape has a probability for each "
                     "class."),
    "ignored_chances": (RuntimeError, "ignore_index is not supported for floating point target {line}: "
                        "leave it out."),
    "not_numbers_of_classes": (RuntimeError, "one_hot is only applicable to index tensor of type "
                               "LongTensor {line}: {variable} is {variable.dtype}."),
    "how_many_classes": (RuntimeError, "Can not infer total number of classes from empty tensor {line}: "
                         "give num_classes."),
    "class_below_0": (RuntimeError, "Class values must be non-negative {line}: {variable} holds {got}."),
    "class_too_large": (RuntimeError, "Class values must be smaller than num_classes {line}: {variable} holds "
                        "{got}."),
    # layers
    "word": (RuntimeError, "{name} argument must be either {known} {line}, not {given}."),
    "bounds": (ValueError, "min_val cannot be greater than max_val {line}: {low} and {high}."),
    "linear_axes": (RuntimeError, "both arguments to linear need to be at least 1D, and the weight at "
                    "most 2D {line}: {input.shape} and {weight.shape}."),
    "linear_bias": (RuntimeError, "linear: a bias of shape {bias.shape} doesn't fit a weight of shape "
                    "{weight.shape} {line}: it needs one number for each row."),
    "normal_shape": (TypeError, "layer_norm(): argument 'normalized_shape' must be tuple of ints, not int "
                     "{line}."),
    "normal_axes": (RuntimeError, "Given normalized_shape={shape}, expected input whose last axes are "
                    "these {line}, but got {input.shape}."),
    "normal_weight": (RuntimeError, "Expected weight and bias to be of same shape as normalized_shape "
                      "{line}, but got {variable.shape} and {shape}."),
    "two_masks": (RuntimeError, "Explicit attn_mask should not be set when is_causal=True {line}: "
                  "leave one out."),
    "one_a_channel": (ValueError, "Expected more than 1 value per channel when training {line}, got input "
                      "size {shape}: one value has no variance. Use larger batches, or eval()."),
    "table_axes": (RuntimeError, "'weight' must be 2-D {line}: {variable} has shape {variable.shape}."),
    "row_dtype": (RuntimeError, "Expected tensor for argument 'indices' to have one of the following "
                  "scalar types: Long, Int {line}, but {variable} is {variable.dtype}."),
    "no_row": (IndexError, "index out of range in self {line}: {variable} names a row that is not among "
               "the {rows}."),
    "no_probability": (ValueError, "dropout probability has to be between 0 and 1, but got {given} {line}."),
    # windows
    "how_many": (RuntimeError, "{function}: expected {name} to be a single integer value or a list of "
                 "{axes} values {line}, not {given}."),
    "too_small": (RuntimeError, "{function}: {name} should be at least {least} {line}, not {given}."),
    "no_place": (RuntimeError, "{function}: Kernel size can't be greater than actual input size {line}: a "
                 "window of {kernel} has no place in {shape}, the padding {margins} included."),
    "image_axes": (RuntimeError, "{function}: expected {low}D (unbatched) or {high}D (batched) input "
                   "{line}, but got {got}."),
    "window_axes": (RuntimeError, "{function}: expected a weight of {axes} axes {line}, but got "
                    "{weight.shape}."),
    "groups": (RuntimeError, "{function}: {groups} groups {line}: their number must be positive, and "
               "divide the {channels} output channels."),
    "channels": (RuntimeError, "Given groups={groups}, weight of size {weight.shape}, expected input to "
                 "have {wanted} channels, but got {got} channels instead {line}."),
    "window_bias": (RuntimeError, "Given weight of size {weight.shape}, expected bias to be 1-dimensional "
                    "with {wanted} elements, but got bias of size {bias.shape} instead {line}."),
    "output_padding": (RuntimeError, "output padding must be smaller than either stride or dilation {line}, "
                       "but got {given}, with stride={stride} and dilation={dilation}."),
    "no_output": (RuntimeError, "{function}: Calculated output size per channel: {sizes}. Output size is too "
                  "small {line}: give less padding."),
    "same_stride": (RuntimeError, "padding='same' is not supported for strided convolutions {line}."),
    "padding_word": (RuntimeError, "Invalid padding string: '{given}' {line}: it is a number, 'same' or "
                     "'valid'."),
    "wide_padding": (RuntimeError, "pad should be at most half of effective kernel size {line}, but got "
                     "pad={pad} and kernel_size={kernel}."),
    "pad_length": (RuntimeError, "Padding length must be divisible by 2, and at most twice the number of "
                   "axes {line}: {given} for {variable.shape}."),
    "pad_cut": (RuntimeError, "narrow(): length must be non-negative {line}: {given} cuts more off "
                "{variable.shape} than there is."),
    "pad_mode": (NotImplementedError, "Unrecognised padding mode {given} {line}: use constant, {known}."),
    "pad_more": (RuntimeError, "Padding size should be less than the corresponding input dimension "
                 "{line}: {given} around {variable.shape}."),
    # layers as they are made
    "conv_groups": (ValueError, "{inputs} and {outputs} channels don't divide into {groups} groups"),
    "conv_padding": (ValueError, "padding={given} is neither 'same' nor 'valid'"),
    "conv_same": (ValueError, "padding='same' needs a stride of 1"),
    "conv_output": (ValueError, "requested an output size of {want}, but the smallest is {least}"),
    "dropout": (ValueError, "p={p} is no probability: it has to be from 0 to 1"),
    "no_size": (ValueError, "{name}_size must be greater than zero"),
    "no_layers": (ValueError, "num_layers must be greater than zero"),
    "layer_dropout": (ValueError, "dropout should be a number in range [0, 1], the chance of an element to "
                      "be zeroed"),
    "nonlinearity": (ValueError, "Unknown nonlinearity '{given}'. Select from 'tanh' or 'relu'."),
    "cell_nonlinearity": (RuntimeError, "Unknown nonlinearity: {given}"),
    "no_such_row": (AssertionError, "there is no row {row}"),
    "padding_row": (AssertionError, "Padding_idx must be within num_embeddings"),
    "norm_axes": (ValueError, "expected {wanted} input (got {got}D input)"),
    # recurrent layers
    "sequence_axes": (ValueError, "{layer}: Expected input to be {low}D or {high}D, got {input.ndim}D instead {line}: "
                      "{input} has shape {input.shape}."),
    "sequence_size": (RuntimeError, "input.size(-1) must be equal to input_size. Expected {wanted}, got {got} {line}: "
                      "{input} has shape {input.shape}."),
    "state_shape": (RuntimeError, "Expected hidden size {wanted}, got {got} {line}: {variable} is a state to start from."),
    # Modules
    "missing_forward": (NotImplementedError, "Module [{module}] is missing the required \"forward\" function {line}: write "
                        "one in the class."),
    "before_init": (AttributeError, "cannot assign {name} before Module.__init__() call {line}: call super().__init__() "
                    "first in your own."),
    "kept_as": (TypeError, "cannot assign {got} as {name} {line}, which is one of the Module's {table}: assign None or "
                "another of its kind, or del it first."),
    "wrong_kind": (TypeError, "cannot assign {got} object to {name} {line}: {wanted} or None is required."),
    "name_type": (TypeError, "name should be a string. Got {got} {line}."),
    "name_point": (KeyError, "name can't contain \".\" or be empty, unlike {name} {line}."),
    "name_taken": (KeyError, "attribute {name} already exists {line}: choose another name."),
    "no_module": (AttributeError, "{name} in {target} is no Module"),
    "not_held": (AttributeError, "there is no {target} among {table}"),
    "train_mode": (ValueError, "train() takes True or False, not {given}"),
    "state_type": (TypeError, "a state_dict maps names to Tensors, unlike {got}"),
    "state_differs": (RuntimeError, "Error(s) in loading state_dict for {name}:\n\t{problems}"),
    # init
    "gain": (ValueError, "no gain is known for {given}"),
    "fan_axes": (ValueError, "a weight has 2 or more axes (outputs, inputs, ...), not {axes}"),
    "eye_axes": (ValueError, "an identity matrix has 2 axes, not {axes}"),
    "orthogonal_axes": (ValueError, "Only tensors with 2 or more dimensions are supported"),
    "fan_mode": (ValueError, "mode={given} is neither of {known}"),
    # utils
    "no_clip": (RuntimeError, "the gradients have a norm of {norm}, which can't be clipped"),
    "vector_type": (TypeError, "a vector is a Tensor, not {got}"),
    "no_inverse": (RuntimeError, "parametrization {name} does not implement right_inverse."),
    "parametrized_type": (ValueError, "A parametrization must return a tensor. Got {got}."),
    "parametrized_shape": (ValueError, "Registering a parametrization may not change the dtype or shape of "
                           "the tensor, unless the `unsafe` flag is enabled: {want} would become {got}."),
    "not_to_parametrize": (ValueError, "Module '{module}' does not have a parameter, a buffer, or a "
                           "parametrized element with name '{name}'"),
    "not_parametrized": (ValueError, "Module {module} does not have a parametrization on {name}"),
    "several_originals": (ValueError, "Cannot leave unparametrized a tensor that is parametrized in terms of "
                          "a sequence of tensors."),
    "score_shape": (AssertionError, "importance_scores should have the same shape as the parameter"),
    "pruning_type": (TypeError, "{got} is not a BasePruningMethod subclass"),
    "pruned_name": (ValueError, "a method for {got} can't follow one for {want}"),
    "amount_type": (TypeError, "Invalid type for amount: {amount}. Must be int or float."),
    "amount_range": (ValueError, "amount={amount} should be a non-negative integer or a float in the range "
                     "[0, 1]"),
    "amount_size": (ValueError, "amount={amount} should be smaller than the number of parameters to "
                    "prune={n}"),
    "structured_axes": (ValueError, "Structured pruning can only be applied to multidimensional tensors."),
    "mask_shape": (AssertionError, "a mask has the shape of its parameter"),
    "unstructured_only": (TypeError, "Only \"unstructured\" PRUNING_TYPE supported for {method}: {got}"),
    "not_pruned": (ValueError, "Parameter '{name}' of module {module} has to be pruned before pruning can be "
                   "removed"),
    # optimizers
    "one_tensor": (TypeError, "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                   "one Tensor {line}: write [{variable}]."),
    "no_parameters": (ValueError, "optimizer got an empty parameter list {line}: is the Module's parameters() used up, or "
                      "has it none?"),
    "group_type": (TypeError, "param_group must be a dict, but got {got} {line}."),
    "no_order": (TypeError, "optimizer parameters need to be organized in ordered collections, but a set has no order "
                 "{line}: use a list."),
    "only_tensors": (TypeError, "optimizer can only optimize Tensors, but one of the params is {got} {line}."),
    "result_learns": (ValueError, "can't optimize a non-leaf Tensor {line}: {variable} was computed by an operation, and "
                      "is computed anew in each round. Give the optimizer the leaves."),
    "in_two_groups": (ValueError, "some parameters appear in more than one parameter group {line}."),
    "other_groups": (ValueError, "loaded state dict contains a parameter group that doesn't match the size of optimizer's "
                     "group {line}: it is of another optimizer."),
    "negative_option": (ValueError, "Invalid {name} value: {value} {line}: it may not be negative."),
    "nesterov": (ValueError, "Nesterov momentum requires a momentum and zero dampening {line}."),
    "betas": (ValueError, "Invalid beta parameters: {betas} {line}: both are from 0 to 1, and not 1."),
    # learning rates
    "restart_periods": (ValueError, "T_0 and T_mult are integers of 1 or more, not {n}"),
    "negative_epoch": (ValueError, "epoch={epoch} may not be negative"),
    "total_steps": (ValueError, "give total_steps, or epochs and steps_per_epoch: 1 or more"),
    "pct_start": (ValueError, "pct_start={given} has to be from 0 to 1"),
    "anneal": (ValueError, "anneal_strategy={given} is neither 'cos' nor 'linear'"),
    "no_momentum": (ValueError, "the optimizer has no momentum to change: give cycle_momentum=False"),
    "cycle_over": (ValueError, "{steps} steps in a cycle of {total}"),
    "milestones": (ValueError, "{milestones} milestones between {schedulers} schedulers"),
    "other_scheduler": (ValueError, "{name} is for another optimizer, or needs a measure"),
    "no_initial_lr": (KeyError, "a group has no initial_lr to go on from: load the optimizer's state first"),
    "no_optimizer": (TypeError, "{got} is not an Optimizer"),
    "rate_functions": (ValueError, "{functions} functions for {groups} groups"),
    "rate_factors": (ValueError, "the factors go from above 0 up to 1: not {start} to {end}"),
    "rate_factor": (ValueError, "factor={factor} has to be from 0 to 1"),
    "plateau_factor": (ValueError, "factor={factor} has to be below 1"),
    "plateau_mode": (ValueError, "mode={mode} or threshold_mode={threshold} is unknown"),
    "least_rates": (ValueError, "{rates} least rates for {groups} groups"),
}  # fmt: skip
