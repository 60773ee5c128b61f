//! What MLX computes with: the CPU, or a GPU where there is one.
//!
//! As of the backend there is one choice for the whole process, made once: MLX's thread starts with it.
use super::{
    backend::{Backend, choose_once},
    dtype::DType,
    loading::loaded,
    mlx_rs::{self, Dtype},
    mlx_sys,
};
use crate::error::{Code, Error, Result};
use std::sync::OnceLock;

/// Where arrays are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Device {
    /// On the host or with MLX, whichever backend is chosen.
    #[default]
    Cpu,
    /// With MLX, by Metal or CUDA. Arrays are of single precision there unless they are asked to be of another.
    Gpu,
}

static CHOSEN: OnceLock<Device> = OnceLock::new();

impl Device {
    /// Both of them.
    pub const ALL: [Device; 2] = [Device::Cpu, Device::Gpu];

    /// `cpu` or `gpu`.
    pub fn name(self) -> &'static str {
        ["cpu", "gpu"][self as usize]
    }

    /// The device of this name.
    pub fn from_name(name: &str) -> Option<Device> {
        Device::ALL.into_iter().find(|device| device.name() == name)
    }

    /// Is it there? Errors: `gen::device` that says why not.
    pub fn check(self) -> Result<()> {
        match self {
            Device::Cpu => Ok(()),
            Device::Gpu => {
                loaded()?;
                // A call that may fail makes mlx-rs take over MLX's errors, which would otherwise end the process.
                let _ = mlx_rs::Device::try_default();
                found(mlx_sys::gpus())
            }
        }
    }

    /// Makes this the device of the process. Errors: `gen::device` if another one is in use already.
    fn choose(self) -> Result<()> {
        choose_once(&CHOSEN, self, (Code::Device, "device"), Device::name)
    }

    /// The device of the process: that chosen first, else the CPU.
    pub fn current() -> Device {
        #[cfg(test)]
        if let Some(device) = super::tests::forced_device() {
            return device;
        }
        Device::of_thread()
    }

    /// The one that MLX's thread starts with.
    pub(super) fn of_thread() -> Device {
        *CHOSEN.get_or_init(Device::default)
    }

    /// The type of fractions that nobody gave a type: no GPU of MLX knows doubles.
    pub fn float(self) -> DType {
        match self {
            Device::Cpu => DType::Float64,
            Device::Gpu => DType::Float32,
        }
    }

    pub(super) fn mlx(self) -> mlx_rs::Device {
        match self {
            Device::Cpu => mlx_rs::Device::cpu(),
            Device::Gpu => mlx_rs::Device::gpu(),
        }
    }
}

/// Makes these the device and the backend of the process. Whichever is left out stays open (but a GPU's is MLX), and
/// is checked if the environment names it.
///
/// Errors: `gen::device` for a GPU that is not there, or with the host as its backend; either's code if another is in
/// use already; `gen::backend` for a name that the environment has wrong.
pub fn choose(device: Option<Device>, backend: Option<Backend>) -> Result<()> {
    let backend = match (device, backend) {
        (Some(Device::Gpu), Some(Backend::Host)) => {
            let error = Error::raise(Code::Device, "the backend `host` computes on the CPU alone");
            return Err(error.help("a GPU goes with the backend `mlx`"));
        }
        (Some(Device::Gpu), None) => Some(Backend::Mlx),
        (_, backend) => backend,
    };
    device.map_or(Ok(()), Device::check)?;
    match backend {
        Some(backend) => backend.choose()?,
        None => drop(Backend::from_environment()?),
    }
    device.map_or(Ok(()), Device::choose)
}

/// Is an operation for the GPU, if one was chosen, that takes and makes arrays of these types? The rest is for the CPU:
/// doubles, which MLX refuses on a GPU, and integers among themselves, whose arithmetic the host checks.
///
/// Cholesky factors, inverses, solutions and what else MLX has on the CPU alone never come here: the host computes
/// them (`ops::linalg`), as it does the functions whose rows say so (`ops::unary`, `ops::binary`).
pub(super) fn is_for_gpu(dtypes: impl IntoIterator<Item = Dtype>) -> bool {
    let [mut integers, mut floats] = [false; 2];
    for dtype in dtypes {
        match dtype {
            Dtype::Float64 => return false,
            Dtype::Float32 => floats = true,
            Dtype::Bool => {}
            _ => integers = true,
        }
    }
    floats || !integers
}

/// What to say of the GPUs that MLX finds; `None` is an MLX built without any.
pub(super) fn found(gpus: Option<usize>) -> Result<()> {
    let (message, help) = match gpus {
        Some(1..) => return Ok(()),
        Some(0) => (
            "MLX was built for GPUs and finds none on this machine",
            "see that the GPU's driver is at work (for NVIDIA, `nvidia-smi` lists what it finds)",
        ),
        None if cfg!(target_os = "macos") => {
            ("MLX was built to compute on the CPU alone", "build with the feature `metal` of `mlx-rs`")
        }
        None => ("MLX was built to compute on the CPU alone", "build with `MLX_WHEEL=mlx-cuda-13` for an NVIDIA GPU"),
    };
    Err(Error::raise(Code::Device, message).help(help))
}
