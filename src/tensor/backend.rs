//! Where new arrays are stored: in buffers on the host, or with MLX.
//!
//! The choice is one for the whole process and is made once, like the MLX thread that it may call for: arrays are made
//! in hundreds of places that have no context to ask, and reading a cell that is never written again costs one load.
use super::loading::loaded;
use crate::error::{Code, Error, Result};
use std::sync::OnceLock;

/// The storage of new arrays. Operations follow their operands; one of both storages takes its host operands to MLX.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Backend {
    /// A flat buffer; operations run where they are called. The fast one on a CPU.
    #[default]
    Host,
    /// An array of MLX, lazily evaluated on its thread.
    Mlx,
}

/// The environment variable that names the backend of a process that chooses none.
const VARIABLE: &str = "GEN_BACKEND";

static CHOSEN: OnceLock<Backend> = OnceLock::new();

/// The environment variable that says how many elements are few.
const FEW_VARIABLE: &str = "GEN_MLX_FROM";

/// An operation of MLX and the way there and back take about 50 µs, in which the host computes thousands of elements.
const FEW: usize = 256;

static FEW_ELEMENTS: OnceLock<usize> = OnceLock::new();

/// MLX computes arrays of so many elements and more; fewer ones, while they are at hand, are computed on the host.
pub(super) fn few() -> usize {
    // Tests of arrays are small, and of MLX.
    if cfg!(test) { 0 } else { *FEW_ELEMENTS.get_or_init(|| few_from_environment().ok().flatten().unwrap_or(FEW)) }
}

fn few_from_environment() -> Result<Option<usize>> {
    let Some(text) = std::env::var_os(FEW_VARIABLE) else { return Ok(None) };
    let text = text.to_string_lossy();
    let wrong = || Error::raise(Code::Backend, format!("{FEW_VARIABLE}: `{text}` is no number of elements"));
    text.parse().map(Some).map_err(|_| wrong().help("MLX computes arrays of so many elements and more: 0, 256 …"))
}

impl Backend {
    /// Both of them.
    pub const ALL: [Backend; 2] = [Backend::Host, Backend::Mlx];

    /// `host` or `mlx`.
    pub fn name(self) -> &'static str {
        ["host", "mlx"][self as usize]
    }

    /// The backend of this name.
    pub fn from_name(name: &str) -> Option<Backend> {
        Backend::ALL.into_iter().find(|backend| backend.name() == name)
    }

    /// The backend that the environment variable `GEN_BACKEND` names, if it is set.
    /// Errors: `gen::backend` for another name, and for an MLX that is not there.
    pub(crate) fn from_environment() -> Result<Option<Backend>> {
        let Some(name) = std::env::var_os(VARIABLE) else { return Ok(None) };
        let name = name.to_string_lossy();
        let Some(backend) = Backend::from_name(&name) else {
            let error = Error::raise(Code::Backend, format!("{VARIABLE}: no backend is called `{name}`"));
            return Err(error.help("backends are `host` and `mlx`"));
        };
        backend.check().map(|()| Some(backend))
    }

    /// Is it there? Errors: `gen::backend` that says what is missing, or of a variable that is no number.
    fn check(self) -> Result<()> {
        match self {
            Backend::Host => Ok(()),
            Backend::Mlx => few_from_environment().and_then(|_| loaded()),
        }
    }

    /// Makes this the backend of the process. Errors: `gen::backend` if another one is in use already, or it is not
    /// there.
    pub fn choose(self) -> Result<()> {
        self.check()?;
        choose_once(&CHOSEN, self, (Code::Backend, "backend"), Backend::name)
    }

    /// The backend of the process: that chosen first, else that of the environment (whose name whoever builds an
    /// interpreter has checked), else the host.
    pub fn current() -> Backend {
        #[cfg(test)]
        if let Some(backend) = super::tests::forced() {
            return backend;
        }
        *CHOSEN.get_or_init(|| Backend::from_environment().ok().flatten().unwrap_or_default())
    }
}

/// Fills a cell of the process. Errors: `code` if it holds something else already.
pub(super) fn choose_once<T: Copy + PartialEq>(
    cell: &OnceLock<T>,
    wanted: T,
    (code, what): (Code, &str),
    name: fn(T) -> &'static str,
) -> Result<()> {
    let found = *cell.get_or_init(|| wanted);
    if found == wanted {
        return Ok(());
    }
    let message = format!("the {what} of this process is `{}` already, not `{}`", name(found), name(wanted));
    Err(Error::raise(code, message).help("choose it before the first array is made"))
}
