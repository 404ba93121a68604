"""Where a snippet may differ from PyTorch: patterns of code, each with the reason. All else must be the same.

A pattern is as narrow as its reason, so that it hides nothing else. ``test_known_differences.py`` has an
example of the more important ones, and fails when it is one no more.
"""

# The numbers are the same; the node that made them has another name.
NAMES = {
    r"\b(sum|mean)\(.*(None|\(\))": "PyTorch counts the forms of a reduction by how the axes were given",
}

# The results differ.
RESULTS = {
    # numbers: the last digit, and what PyTorch has no gradient for, or a wrong one
    r"(torch\.float64\)|\[1, 3\]\))\nshow\(torch\.nn\.functional\.huber_loss":
        "PyTorch's huber_loss takes other dtypes forward and refuses them backward",
    r"\[100\., -100\., 0\.\].*\n.*binary_cross_entropy_with_logits": "the last bit of exp(-100), a subnormal number",
    r"\[3\] = w\.sum\(\)\nprint\(y": "the last digit of a sum in float32",
    r"f = lambda x: \(x\.softmax\(0\)\)\.sum\(\)": "the last digit of a sum that is 0",
    r"show\((torch\.(linalg\.)?|x\.)(log)?det\(": "NumPy's determinant goes over logarithms: the last digit, and the sign of 0",
    r"fw\.unpack_dual\(torch\.linalg\.det\(w \* x\)\)": "the gradient of PyTorch's forward derivative of det is wrong",
    r"\.tensor\(\[0\]\)\nshow\(torch\.nn\.functional\.(cross_entropy|nll_loss)\(x, y\)": "shapes that PyTorch refuses only in backward",
    # which exception: PyTorch's own choice varies with the arguments, or comes from C++
    r"show\((torch\.linalg\.(inv|solve)|torch\.inverse|x\.inverse)\(": "a singular matrix is a RuntimeError, which LinAlgError is in PyTorch",
    r"\.index_select\((x, )?(dim=)?(-1|1), (index=)?i\)": "no such place is an IndexError along all axes; PyTorch's RuntimeError along the last",
    r"y = torch\.tensor\(2\.\), torch\.tensor\(3\.\)\nshow\((torch\.mv|x\.mv)": "numbers are no matrices, which is told first",
    r"torch\.linalg\.norm\(x, ord=2, dim=1": "an axis that is not there is told first",
    r"torch\.(tensor|as_tensor|asarray)\((data=)?(\(1, \(2,\)\)|\[\[1, 2\], 3\]|\[torch\.tensor\(\[)|full\(\(2,\), 'a'\)|arange\(float\('nan'\)\)": "odd data: what NumPy says",
    r"(tensor\(float\('nan'\)|tensor\(\[float\('inf'\), 1\]), dtype=torch\.int64|2 ?\*\* ?63|\[300\], dtype=torch\.uint8":
        "numbers that don't fit: what NumPy says",
    r"from_dlpack\(\[1, 2\]\)": "what does not speak DLPack: what NumPy says",
    r"x\['a'\]|x\[::0\]": "odd indices: what NumPy says",
    r"w = torch\.tensor\(\[\[1\.\], \[2\.\], \[3\.\]\]\)\nv\[v > 3\] = w": "too many axes for what a mask picks: what NumPy says",
    r"z, o = y, None\ny (&|\||\^|-|%)= o": "None in an operator with =: the dtype is told first",
    r"y = x\n.*\nr = y\.cumsum_\(0\)": "bools can't hold their sums: PyTorch calls it not implemented",
    # dtypes and NumPy
    r"\[True, False\]\), torch\.tensor\(\[True, True\]\)\nshow\((torch|x)\.inner": "bools can be multiplied",
    r"np\.float64\(2\.5\) \*": "NumPy's numbers have a dtype, and are promoted by it",
    r"reshape\(\(\)\)\.astype\(.*\nx = torch\.(asarray|as_tensor|from_numpy)\(a\)": "NumPy's 0-d arrays are not shared",
    r"np\.exp\(x\)|np\.argsort\(x\)|\[0\] \* x|np\.arange\(4\.\)\[::-1\]|dtype=np\.float64\)$|\.to\(np\.float64\)": "NumPy and Variables mix",
    # node by node
    r"a, b = x\.unbind\(\)|a, b = \(x \* 1\)\.chunk\(2\)": "each part is a view of its own",
    r"_saved_(other|exponent|self|dim|mat2|tensor|min|max|condition|result)|_raw_saved_self": "what a node saved is let go of as a whole, and shown as it was saved",
    r"node\(torch\.tensor": "a node can't be called",
    r"y\.grad_fn\.name\(\)": "a change of a part is CopySlices, however the part was reached",
    # views, and changes in place
    r"v = \w\.unfold": "windows overlap, so they may not be written to; PyTorch refuses those that do overlap",
    r"index\[0\] = 2|mask\[0\] = True": "an index is copied, so it may be changed afterwards",
    r"x\.(transpose_\(0, 1\)|t_\(\)); |x\.(transpose_\(0, 1\)|t_\(\))\n": "turning a Variable in place leaves its numbers, and its version, alone",
    r"no_grad\(\):\n    v = x\[0\]\n    v \+= 10": "a view made under no_grad may be changed after it",
    r"v = x\[(0, )?None\]\n?": "NumPy's strides of new axes",
    r"inference_mode\(\):\n    (x = torch\.ones\(2\)|v = x\.view)": "what was made in inference mode is marked, and may not be changed; using it is not refused",
    # hooks, Functions, forward mode
    r"grad\(y\.sum\(\), \[y, x\]\)": "a gradient is returned as its hooks left it",
    r"post_accumulate_grad_hook\(lambda v: 5|disable_saved_tensors_hooks": "not in this package",
    r"saved_tensors_hooks\(lambda v: v, lambda v: 5\)": "what unpack returns must be a Variable",
    r"Square\.apply\(x=x\)|saved_tensors_hooks.*\n    Square\.apply": "custom Functions: keywords, packing",
    r"set_materialize_grads\(None\)|v = x \* 1\ny = F\.apply\(v\)\ny \+= 1": "custom Functions: what is odd and harmless",
    r"unpack_dual\(F\.apply\(d\)\)|dual = fw\.make_dual\(x, t\) \* 2|level = fw\.enter_dual_level\(\)|fw\.make_dual\(dual, t\)|v \*= 3\n    print\(fw":
        "forward mode: a tangent outlives its level on results, and shows",
    r"jvp\(f, \(x,\), \(t,\)\)": "forward mode: which is the last digit",
    r"func\.vmap\(lambda x: (x\.item\(\)|1\. if)": "vmap is a loop: its slices are plain Variables",
    r"y = pickle\.loads|deepcopy\(\[x, x\[:2\]\]\)": "pickles and copies are of each Variable alone, with its gradient",
}  # fmt: skip
