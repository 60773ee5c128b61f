//! Distributions over indices, vectors and matrices: the table of them.

mod batch;
mod block;
mod categorical;
mod counts;
mod declaration;
mod dirichlet;
mod lanes;
pub mod linear;
mod lkj;
mod mvn;
mod object;
mod ordered;
mod pathwise;
mod piecewise;
mod requirement;
mod series;
mod space;
#[cfg(test)]
mod tests;
mod wishart;

pub use block::Block;
#[cfg(test)]
use block::DenseNumbers;
pub use categorical::choose;
pub use declaration::StructuredFamily;
pub(super) use declaration::{Case, Clash, Factored, Point, ShapedParam, Structured, shaped};
pub use lanes::{ReadParams, StructuredLanes, column_of};
pub use mvn::mvn;
pub use object::StructuredDist;
pub use requirement::Requirement;

/// Every distribution over indices, vectors and matrices.
pub static FAMILIES: &[StructuredFamily] = &[
    StructuredFamily::of::<categorical::Categorical>(),
    StructuredFamily::of::<categorical::CategoricalLogits>(),
    StructuredFamily::of::<ordered::OrderedLogistic>(),
    StructuredFamily::of::<piecewise::PiecewiseUniform>(),
    StructuredFamily::of::<dirichlet::Dirichlet>(),
    StructuredFamily::of::<mvn::Mvn>(),
    StructuredFamily::of::<mvn::MvnChol>(),
    StructuredFamily::of::<mvn::MvnDiag>(),
    StructuredFamily::of::<counts::Multinomial>(),
    StructuredFamily::of::<counts::DirichletMultinomial>(),
    StructuredFamily::of::<series::GaussianRandomWalk>(),
    StructuredFamily::of::<series::Ar1>(),
    StructuredFamily::of::<wishart::Wishart>(),
    StructuredFamily::of::<wishart::InverseWishart>(),
    StructuredFamily::of::<lkj::LkjCholesky>(),
];
