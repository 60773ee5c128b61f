//! What our own program, tests, benches and fuzzers reach of the inside: no part of the interface, and free to change.

pub mod broken {
    pub use crate::broken::break_at;
}
pub mod distributions {
    pub use crate::distributions::{
        Constructor, Density, Dist, FAMILIES, Family, Support, SupportOf, TABLES, constants,
    };
    pub mod lanes {
        pub use crate::distributions::lanes::{check, logpdf, sample};
    }
}
pub mod docs {
    pub use crate::docs::{entries, is_code, of, wrap, wrapped};
}
pub mod error {
    pub use crate::error::{Code, Error, Halt, ReportStyle, Result};
}
pub mod eval {
    pub use crate::eval::{Builtin, Capabilities, Core, Cx, Effect, Output, Program, Value, compare, hash_code};
    pub mod analyze {
        pub use crate::eval::analyze::{Resolved, SPECIALS, resolve_global, special, visible_names};
    }
    pub mod builtins {
        pub use crate::eval::builtins::TABLES;
        pub mod reflection {
            pub use crate::eval::builtins::reflection::documentation;
        }
    }
    pub mod collections {
        pub use crate::eval::collections::{List, Map, Set, Vector};
    }
    pub mod convert {
        pub use crate::eval::convert::to_value;
    }
    pub mod error_value {
        pub use crate::eval::error_value::{ErrorValue, partial, thrown};
    }
    pub mod function {
        pub use crate::eval::function::{Effect, GradientSupport};
    }
    pub mod json {
        pub use crate::eval::json::to_json;
    }
    pub mod key {
        pub use crate::eval::key::{Key, Stream};
    }
    pub mod print {
        pub use crate::eval::print::{abridged, plain, readable, shown};
    }
    pub mod program {
        pub use crate::eval::program::{CORE, Core, VarMeta};
    }
    pub mod sequence {
        pub use crate::eval::sequence::Iter;
    }
}
pub mod gfi {
    pub use crate::gfi::{
        AnyTrace, Body, ChoiceMap, Diff, Edit, EditRequest, Edited, GenerativeFunction, Goal, Model, Outcome, Request,
        Run, TABLES, Trace, Trie, Weight, vanish, visit,
    };
}
pub mod infer {
    pub use crate::infer::TABLES;
}
pub use crate::library::library;
pub mod lexer {
    pub use crate::lexer::{Source, Span, Token, tokens};
}
pub mod parser {
    pub use crate::parser::{
        Completeness, Form, FormKind, MAX_BYTES, check_size, completeness, decode, parse, parse_span, print, read,
        same, top_level,
    };
}
pub mod tensor {
    pub use crate::tensor::{Backend, DType, Device, evaluations, finish};
    pub mod lanes {
        pub use crate::tensor::lanes::{Column, Operand, add_to, binary, partition, select, unary, weights};
        pub mod random {
            pub use crate::tensor::lanes::random::LaneIds;
        }
    }
    pub mod ops {
        pub use crate::tensor::ops::{BinaryOp, UnaryOp};
    }
    pub mod special {
        pub use crate::tensor::special::legendre;
    }
}
