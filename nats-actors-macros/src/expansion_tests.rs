//! Each `tests/expand/<name>.rs` expands to its `<name>.expanded.rs`; `UPDATE=1` rewrites those.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Item};

/// Lines that an endpoint may add to what it says itself.
const LINES_PER_ENDPOINT: usize = 35;

/// Lines that a route of a consumer may add.
const LINES_PER_ROUTE: usize = 15;

#[test]
fn expansions_are_as_checked_in() {
    let fixtures = fixtures();
    assert!(!fixtures.is_empty(), "no fixture in tests/expand");
    for fixture in fixtures {
        let expanded = expand_file(&fs::read_to_string(&fixture).unwrap());
        let expected = fixture.with_extension("expanded.rs");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&expected, &expanded).unwrap();
        }
        let checked_in = fs::read_to_string(&expected).unwrap_or_default();
        assert!(
            expanded == checked_in,
            "{} has another expansion now; run with UPDATE=1 and review the change:\n{expanded}",
            fixture.display()
        );
    }
}

#[test]
fn an_endpoint_costs_few_lines() {
    let endpoint = |index: usize| {
        let method = quote::format_ident!("cancel_{index}");
        let subject = format!("{{id}}.cancel_{index}");
        quote! {
            #[endpoint(#subject, concurrency = 64, timeout = "2s", metadata(idempotent = "true"))]
            async fn #method(
                &self, id: OrderId, deadline: Deadline, State(db): State<Db>, req: CancelOrder,
            ) -> Result<Order, OrderError> { body() }
        }
    };
    let lines = |endpoints: usize| {
        let endpoints: Vec<TokenStream> = (0..endpoints).map(endpoint).collect();
        let written = quote!(impl Orders { #(#endpoints)* });
        let expanded = crate::handlers::expand(TokenStream::new(), &written);
        pretty(expanded).lines().count() - pretty(written).lines().count()
    };
    let per_endpoint = lines(2) - lines(1);
    assert!(per_endpoint <= LINES_PER_ENDPOINT, "{per_endpoint} lines");
}

#[test]
fn a_route_costs_few_lines() {
    let route = |index: usize| {
        let method = quote::format_ident!("placed_{index}");
        let subject = format!("orders.{{id}}.placed_{index}");
        quote! {
            #[on(#subject)]
            async fn #method(&self, id: OrderId, info: DeliveryInfo, order: Order) -> Result<(), BillingError> {
                body()
            }
        }
    };
    let lines = |routes: usize| {
        let routes: Vec<TokenStream> = (0..routes).map(route).collect();
        let written = quote!(impl Billing { #(#routes)* });
        let expanded = crate::handlers::expand(TokenStream::new(), &written);
        pretty(expanded).lines().count() - pretty(written).lines().count()
    };
    let per_route = lines(2) - lines(1);
    assert!(per_route <= LINES_PER_ROUTE, "{per_route} lines");
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !path.to_string_lossy().ends_with(".expanded.rs"));
    paths.sort();
    paths
}

fn expand_file(text: &str) -> String {
    let file = syn::parse_file(text).unwrap();
    pretty(file.items.into_iter().map(expand_item).collect())
}

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}

fn expand_item(mut item: Item) -> TokenStream {
    let Some(attributes) = attributes(&mut item) else { return item.to_token_stream() };
    for (name, expand) in ATTRIBUTES {
        if let Some(attribute) = crate::attr::extract(attributes, name).pop() {
            let arguments = match attribute.meta {
                syn::Meta::List(list) => list.tokens,
                _ => TokenStream::new(),
            };
            return expand(arguments, &item.into_token_stream());
        }
    }
    let derives = crate::attr::extract(attributes, "derive");
    let derives = quote!(#(#derives)*).to_string();
    let expanded = DERIVES.iter().filter(|(name, _)| derives.contains(name));
    expanded.map(|(_, expand)| expand(item.to_token_stream())).collect()
}

type Derive = fn(TokenStream) -> TokenStream;
type AttributeMacro = fn(TokenStream, &TokenStream) -> TokenStream;

const ATTRIBUTES: [(&str, AttributeMacro); 3] = [
    ("consumer", crate::consumer::expand_struct),
    ("handlers", crate::handlers::expand),
    ("service", crate::service::expand_struct),
];

const DERIVES: [(&str, Derive); 3] = [
    ("HandlerError", crate::handler_error::expand),
    ("ServiceError", crate::service_error::expand),
    ("SubjectParam", crate::subject_param::expand),
];

fn attributes(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Enum(item) => Some(&mut item.attrs),
        Item::Impl(item) => Some(&mut item.attrs),
        _ => None,
    }
}
