//! What `#[service(..)]` says, checked.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemStruct, LitStr, Type};

use crate::attr::{self, Args};
use crate::checks;
use crate::diagnostics::Diagnostics;

/// A service as its struct declares it.
#[derive(Debug)]
pub(super) struct Meta {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) codec: TokenStream,
    /// Setter calls on `ServiceInfo`, for a scope where `__s` is `macro_support`.
    pub(super) setters: Vec<TokenStream>,
}

/// Takes every option; what is missing or wrong is reported and replaced by something harmless.
pub(super) fn check(mut args: Args, structure: &ItemStruct, diagnostics: &mut Diagnostics) -> Meta {
    let name = required("name", "\"orders\"", &mut args, diagnostics);
    let version = required("version", "\"1.2.0\"", &mut args, diagnostics);
    let description = args.string("description", diagnostics).map(|text| text.value());
    let prefix = args.string("prefix", diagnostics);
    let queue = checks::queue(&mut args, diagnostics);
    let metadata = checks::metadata(&mut args, diagnostics);
    let help = "`codec` is a type: codec = Json";
    let codec = args.value::<Type>("codec", help, diagnostics);
    args.finish(diagnostics);

    name.iter().for_each(|name| checks::name("service", name, diagnostics));
    version.iter().for_each(|version| checks::version(version, diagnostics));
    prefix.iter().for_each(|prefix| checks::prefix(prefix, diagnostics));
    let description = description.unwrap_or_else(|| attr::doc(&structure.attrs));
    let description = (!description.is_empty()).then(|| quote!(.description(#description)));
    let prefix = prefix.map(|prefix| quote!(.prefix(#prefix)));
    Meta {
        name: name.map(|name| name.value()).unwrap_or_default(),
        version: version.map(|version| version.value()).unwrap_or_default(),
        codec: codec.map_or_else(|| quote!(__s::Json), |codec| quote!(#codec)),
        setters: [description, prefix, queue, metadata].into_iter().flatten().collect(),
    }
}

fn required(
    key: &'static str,
    example: &str,
    args: &mut Args,
    diagnostics: &mut Diagnostics,
) -> Option<LitStr> {
    let written = args.has(key);
    let value = args.string(key, diagnostics);
    if !written {
        diagnostics.error(attr::call_site(), format!("a service has a {key}: {key} = {example}"));
    }
    value
}
