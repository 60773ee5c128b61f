//! One function for each that the headers of mlx-c declare: it calls what was found in the library when that was loaded.
use crate::command::Fallible;
use quote::quote;
use syn::{FnArg, ForeignItem, ForeignItemFn, Item};

/// The declarations that bindgen wrote, with functions and a table in the place of what a linker would look for.
pub fn write(bindings: &str) -> Fallible<String> {
    let mut file = syn::parse_file(bindings).map_err(|e| format!("cannot read the declarations of mlx-c: {e}"))?;
    let mut functions = Vec::new();
    for item in &mut file.items {
        if let Item::ForeignMod(foreign) = item {
            // The rest is the C library's, which every program has.
            let (ours, others) = foreign.items.drain(..).partition(is_ours);
            foreign.items = others;
            functions.extend(Vec::into_iter(ours).filter_map(callable));
        }
    }
    file.items.retain(|item| !matches!(item, Item::ForeignMod(foreign) if foreign.items.is_empty()));
    let table = table(&functions);
    let wrappers = functions.iter().map(wrapper);
    Ok(quote! { #file #table #(#wrappers)* }.to_string())
}

fn is_ours(item: &ForeignItem) -> bool {
    matches!(item, ForeignItem::Fn(f) if f.sig.ident.to_string().trim_start_matches('_').starts_with("mlx_"))
}

/// Rust cannot define a function of any number of arguments; mlx-c has one, to report errors by.
fn callable(item: ForeignItem) -> Option<ForeignItemFn> {
    match item {
        ForeignItem::Fn(f) if f.sig.variadic.is_none() => Some(f),
        _ => None,
    }
}

/// The table, and how it is filled from the addresses of names.
fn table(functions: &[ForeignItemFn]) -> impl quote::ToTokens {
    let names: Vec<_> = functions.iter().map(|f| &f.sig.ident).collect();
    let symbols = names.iter().map(|name| name.to_string());
    let types = functions.iter().map(|f| {
        let (inputs, output) = (&f.sig.inputs, &f.sig.output);
        quote! { unsafe extern "C" fn(#inputs) #output }
    });
    quote! {
        pub(crate) struct Functions { #(#names: #types,)* }
        impl Functions {
            /// The addresses must be those of the functions of these names.
            pub(crate) unsafe fn find(
                address: impl Fn(&str) -> Result<*mut ::std::os::raw::c_void, String>,
            ) -> Result<Functions, String> {
                Ok(Functions { #(#names: ::std::mem::transmute(address(#symbols)?),)* })
            }
        }
    }
}

fn wrapper(function: &ForeignItemFn) -> impl quote::ToTokens {
    let (name, inputs, output) = (&function.sig.ident, &function.sig.inputs, &function.sig.output);
    let arguments = inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(&argument.pat),
        FnArg::Receiver(_) => None,
    });
    quote! {
        pub unsafe extern "C" fn #name(#inputs) #output { (crate::library::functions().#name)(#(#arguments),*) }
    }
}
