"""What actions do, one function each, in modules by subject. `table` finds them all."""
