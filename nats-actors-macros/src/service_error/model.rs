//! What each variant says, checked.

use std::time::Duration;

use syn::{Data, DeriveInput, Fields, Ident, LitStr, Member, Type};

use crate::attr::Args;
use crate::diagnostics::Diagnostics;
use crate::names;

/// A variant whose every part is legal.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) name: Ident,
    pub(super) code: u16,
    pub(super) retry_after: Option<Duration>,
    /// Whether text and fields stay here.
    pub(super) opaque: bool,
    /// The value of `kind` in the body.
    pub(super) kind: String,
    pub(super) fields: Vec<Field>,
}

/// A field, and its name in the body: its own, or its number.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) member: Member,
    pub(super) key: String,
    pub(super) ty: Type,
}

/// Checks every variant; those that are wrong are reported and left out.
pub(super) fn check(item: &DeriveInput, diagnostics: &mut Diagnostics) -> Vec<Variant> {
    let Data::Enum(data) = &item.data else {
        diagnostics.error(&item.ident, "derive `ServiceError` on an enum, one variant per error");
        return Vec::new();
    };
    if let Some(parameter) = item.generics.params.first() {
        let message = "a service error has no generic parameters: the caller decodes one type";
        diagnostics.error(parameter, message);
    }
    let mut variants: Vec<Variant> = Vec::new();
    for written in &data.variants {
        let Some(variant) = variant(written, diagnostics) else { continue };
        if let Some(other) = variants.iter().find(|other| other.kind == variant.kind) {
            let (kind, other) = (&variant.kind, &other.name);
            let message =
                format!("`{other}` has the kind `{kind}` too; give one another: kind = \"..\"");
            diagnostics.error(&variant.name, message);
        }
        variants.push(variant);
    }
    variants
}

fn variant(written: &syn::Variant, diagnostics: &mut Diagnostics) -> Option<Variant> {
    let name = &written.ident;
    let Some(attribute) = written.attrs.iter().find(|a| a.path().is_ident("service")) else {
        diagnostics
            .error(name, format!("`{name}` has no code: put `#[service(code = 404)]` on it"));
        return None;
    };
    let mut args = Args::of("#[service]", attribute, diagnostics);
    let is_given = args.has("code");
    let code = args.integer("code", diagnostics);
    let retry_after = args.duration("retry_after", diagnostics).map(|delay| delay.value);
    let opaque = args.flag("opaque", diagnostics);
    let kind = args.string("kind", diagnostics);
    args.finish(diagnostics);
    if !is_given {
        diagnostics.error(name, format!("`{name}` has no code: `#[service(code = 404)]`"));
    }
    let code = code.and_then(|code| {
        let legal = u16::try_from(code.value).ok().filter(|code| (400..=599).contains(code));
        if legal.is_none() {
            diagnostics.error(&code, "a code is a number from 400 to 599, as in HTTP");
        }
        legal
    });
    let default_kind = || names::snake(&name.to_string()).to_uppercase();
    Some(Variant {
        name: name.clone(),
        code: code?,
        retry_after,
        opaque,
        kind: kind.map_or_else(default_kind, |kind: LitStr| kind.value()),
        fields: fields(&written.fields, diagnostics),
    })
}

fn fields(fields: &Fields, diagnostics: &mut Diagnostics) -> Vec<Field> {
    let named = fields.members().zip(fields).map(|(member, field)| {
        let key = match &member {
            Member::Named(name) => name.to_string().trim_start_matches("r#").to_owned(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        if key == "kind" {
            let message = "a field cannot be called `kind`: that is the variant in the body";
            diagnostics.error(&member, message);
        }
        Field { member, key, ty: field.ty.clone() }
    });
    named.collect()
}
