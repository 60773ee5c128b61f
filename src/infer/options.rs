//! Options that several algorithms declare: one name, one default, one sentence.

use crate::eval::options::OptionRow;

pub const SELECTION: OptionRow =
    OptionRow::any("selection", "the choices that move; the others stay as they were first drawn")
        .or_told("all unobserved");
pub const VALUES: OptionRow =
    OptionRow::any("values|grid", "values of discrete choices, by address").or_told("their supports");

pub const MOVES: OptionRow = OptionRow::count("moves", 1, "moves of which each draw is the last");

pub const PARTICLES: OptionRow = OptionRow::count("particles", 1, "weighted runs").or_count(1000);
pub const DTYPE: OptionRow = OptionRow::word(
    "dtype",
    &["float32", "float64"],
    "the precision of batched runs; single precision is faster, and accurate to about 1e-7 of each number",
)
.or_told("that of the device");

pub const STEPS: OptionRow = OptionRow::count("steps", 1, "steps up the gradient").or_count(1000);
pub const OPTIMIZER: OptionRow =
    OptionRow::any("optimizer", "how a step follows from a gradient").or_told("(adam 0.01)");
/// Draws of a fit that is no Markov chain.
pub const DRAWS: OptionRow = super::chains::SAMPLES.saying("draws of the fit in the result");
