"""The commands of the command line besides `run` and `sandbox`."""
