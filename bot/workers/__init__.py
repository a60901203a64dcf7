"""When things are done: loops that call one use case each, and never decide what it does."""
