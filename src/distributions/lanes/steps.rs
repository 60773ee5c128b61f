//! The steps of formulas, for numbers that are one for all lanes or differ: what a step does to a constant in double
//! precision, and to the numbers of lanes at their width.

/// Arithmetic of `$number<T>`, which is `One` or `$varying`.
macro_rules! operators {
    ($attribute:meta, $number:ident, $varying:ident) => {
        operators!(@ $attribute, $number, Add add, Sub sub, Mul mul);

        impl<T: LaneFloat> Div for $number<T> {
            type Output = $number<T>;
            #[$attribute]
            fn div(self, other: $number<T>) -> $number<T> {
                match (&self, &other) {
                    ($number::$varying(_), $number::One(y)) if let Some(reciprocal) = T::reciprocal(*y) => {
                        self.binary($number::One(reciprocal), f64::mul, T::mul)
                    }
                    _ => self.binary(other, f64::div, T::div),
                }
            }
        }

        impl<T: LaneFloat> Neg for $number<T> {
            type Output = $number<T>;
            #[$attribute]
            fn neg(self) -> $number<T> {
                self.unary(f64::neg, T::neg)
            }
        }
    };
    (@ $attribute:meta, $number:ident, $($trait:ident $method:ident),*) => {$(
        impl<T: LaneFloat> $trait for $number<T> {
            type Output = $number<T>;
            #[$attribute]
            fn $method(self, other: $number<T>) -> $number<T> {
                self.binary(other, f64::$method, T::$method)
            }
        }
    )*};
}

/// The functions of [`crate::distributions::Real`], of one number and of two.
macro_rules! functions {
    ($attribute:meta) => {
        functions!(@ $attribute,
            ln ln_1p exp exp_m1 sqrt abs sin cos tanh asinh floor sigmoid softplus square normal_icdf lgamma
            stirling_excess log1p_square log_i0e;
            lbeta deviance log_normal_mass);
    };
    (@ $attribute:meta, $($name:ident)*; $($name2:ident)*) => {
        $(#[$attribute]
        fn $name(self) -> Self {
            self.unary(<f64 as Real>::$name, <T as Real>::$name)
        })*
        $(#[$attribute]
        fn $name2(x: Self, y: Self) -> Self {
            x.binary(y, <f64 as Real>::$name2, <T as Real>::$name2)
        })*
    };
}

pub(super) use {functions, operators};
