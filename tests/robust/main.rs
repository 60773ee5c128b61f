//! No input, however broken, panics, aborts or hangs the process, on small stacks and many threads too.

mod charges;
mod counts;
mod finished;
mod fuzz;
mod halts;
mod hostile;
mod inputs;
mod nesting;
mod support;
mod threads;
