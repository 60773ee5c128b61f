//! What is optimized and how its gradient is estimated, as the options of a call say.

use crate::error::{Code, Error, Result};
use crate::eval::Value;
use crate::eval::options::{OptionRow, Options};
use crate::gfi::{Trie, components};
use crate::infer::follow::{Passage, Passages};

pub const OBJECTIVE: OptionRow = OptionRow::word(
    "objective",
    &["elbo", "iwelbo", "pwake", "qwake"],
    "what is climbed, `:pwake` by the model's parameters, `:qwake` by the guide's",
)
.or_word("elbo");
pub const ESTIMATOR: OptionRow = OptionRow::any(
    "estimator",
    "how gradients pass choices: `:reparam`, `:reinforce`, `:vimco`, `:enum`, `:mvd`, or a map of these by address",
)
.or_told(":reparam");
pub const DRAWS_A_STEP: OptionRow =
    OptionRow::count("particles", 1, "draws a step").or_told("1, or 10 where one is too few");

/// What is climbed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// mean (log p − log q).
    Elbo,
    /// log mean p/q (Burda, Grosse and Salakhutdinov 2016).
    Iwelbo,
    /// mean log p, for the parameters of the model (Hinton, Dayan, Frey and Neal 1995).
    Wake,
    /// Σ w̄ log p, for the parameters of the model (Bornschein and Bengio 2015, equation 5).
    Pwake,
    /// Σ w̄ log q, for those of the guide (there, equation 8).
    Qwake,
    /// The mean of what a function returns.
    Mean,
}

impl Objective {
    /// Are the samples held constant?
    fn holds(self) -> bool {
        matches!(self, Objective::Wake | Objective::Pwake | Objective::Qwake)
    }
}

/// What holds the rewards of score-function estimators down.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// The bound of the other particles.
    Others,
    /// The bound with the particle's own weight replaced by the geometric mean of the others (Mnih and Rezende 2016,
    /// equation 8).
    Vimco,
}

pub struct EstimatorSettings {
    pub objective: Objective,
    pub baseline: Baseline,
    pub passages: Passages,
    pub particles: usize,
}

impl EstimatorSettings {
    pub fn read(options: &Options) -> Result<EstimatorSettings> {
        let objective = match options.word("objective") {
            "iwelbo" => Objective::Iwelbo,
            "pwake" => Objective::Pwake,
            "qwake" => Objective::Qwake,
            _ => Objective::Elbo,
        };
        EstimatorSettings::of(options, objective)
    }

    /// Estimator and particles for an objective.
    pub fn of(options: &Options, objective: Objective) -> Result<EstimatorSettings> {
        let mut settings = EstimatorSettings {
            objective,
            baseline: Baseline::Others,
            passages: Passages { named: Trie::Empty, others: Passage::Path },
            particles: 1,
        };
        settings.estimator(options)?;
        if objective.holds() {
            options.idle("estimator", "with `:pwake` and `:qwake`: their samples are constants")?;
            settings.passages = Passages { named: Trie::Empty, others: Passage::Constant };
        }
        let several = settings.scores() || !matches!(objective, Objective::Elbo | Objective::Mean);
        settings.particles = options.count_given("particles").unwrap_or(if several { 10 } else { 1 });
        if settings.scores() && settings.particles < 2 {
            return Err(options
                .wrong("particles", "at least 2 with a score-function estimator", &Value::Int(1))
                .help("the other particles are the baseline: write `:particles 10`"));
        }
        Ok(settings)
    }

    /// `:estimator`, of all choices or by address.
    fn estimator(&mut self, options: &Options) -> Result<()> {
        let known = [
            ("reparam", Passage::Path),
            ("reinforce", Passage::Constant),
            ("enum", Passage::Values),
            ("mvd", Passage::Pairs),
            ("vimco", Passage::Constant),
        ];
        match options.get("estimator") {
            None => {}
            Some(Value::Map(by_address)) => {
                for (address, given) in by_address.iter() {
                    let passage = options.meaning("estimator", given, &known[..4])?;
                    self.passages.named.set(&components(address)?, Trie::Leaf(passage));
                }
            }
            Some(given) => {
                self.passages.others = options.meaning("estimator", given, &known)?;
                if given.as_keyword() == Some("vimco") {
                    self.baseline = Baseline::Vimco;
                }
            }
        }
        let sums = self.uses(Passage::Values) || self.uses(Passage::Pairs);
        match self.objective {
            Objective::Iwelbo if sums => {
                Err(Error::raise(Code::Option, "`:enum` and `:mvd` are for the objective `:elbo`")
                    .help("leave out `:objective`, or use `:reinforce` for these choices")
                    .arg(options.place("estimator")))
            }
            _ => Ok(()),
        }
    }

    fn uses(&self, passage: Passage) -> bool {
        self.passages.others == passage || self.passages.named.leaves().iter().any(|(_, p)| **p == passage)
    }

    /// Is there a score-function estimator?
    fn scores(&self) -> bool {
        self.uses(Passage::Constant) && !self.objective.holds()
    }
}
