"""How the learned heads are rebuilt from the labelled examples in `corpus/labels`."""
