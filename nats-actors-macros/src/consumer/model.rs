//! All routes of an impl, and the rules between them.

use syn::Ident;

use super::route::{self, Route};
use crate::diagnostics::Diagnostics;
use crate::handlers::{HandlersImpl, Method, Receiver, check_signature};

/// What an impl means.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) routes: Vec<Route>,
    /// The method that hears of dead letters.
    pub(super) hook: Option<Hook>,
}

#[derive(Debug)]
pub(super) struct Hook {
    pub(super) method: Ident,
    pub(super) receiver: Receiver,
}

impl Model {
    /// Whether one message at a time is handled: because a handler changes the struct.
    pub(super) fn is_exclusive(&self) -> bool {
        let hook = self.hook.iter().map(|hook| hook.receiver);
        self.routes.iter().map(|route| route.receiver).chain(hook).any(|r| r == Receiver::Exclusive)
    }
}

/// Checks every method with `#[on]` or `#[on_dead_letter]`; those that are wrong are reported and left out.
pub(super) fn check(handlers: &HandlersImpl, diagnostics: &mut Diagnostics) -> Model {
    let (mut routes, mut hook): (Vec<Route>, Option<Hook>) = (Vec::new(), None);
    for method in handlers.methods() {
        if let Some(attribute) = method.helper("on") {
            let Some(route) = route::check(method, attribute, diagnostics) else { continue };
            refuse_overlap(&routes, &route, diagnostics);
            routes.push(route);
        } else if method.helper("on_dead_letter").is_some() {
            if hook.is_some() {
                diagnostics.error(&method.signature.ident, "one method hears of dead letters");
            }
            hook = self::hook(method, diagnostics).or(hook);
        }
    }
    Model { routes, hook }
}

fn hook(method: &Method, diagnostics: &mut Diagnostics) -> Option<Hook> {
    let name = &method.signature.ident;
    let accepted = format!("async fn {name}(&self, dead: DeadLetter)");
    let receiver = check_signature(&method.signature, "dead letter", &accepted, diagnostics)?;
    if method.signature.inputs.len() != 2 {
        diagnostics.error(name, format!("it takes the dead letter and nothing else: {accepted}"));
        return None;
    }
    Some(Hook { method: name.clone(), receiver })
}

fn refuse_overlap(before: &[Route], route: &Route, diagnostics: &mut Diagnostics) {
    // Routes under a condition may be alternatives of each other.
    let others = before.iter().filter(|o| o.conditions.is_empty() && route.conditions.is_empty());
    for other in others {
        if other.is_fallback() && route.is_fallback() {
            let message = format!("`{}` takes all other messages already", other.method);
            diagnostics.error(&route.method, message);
            continue;
        }
        let Some(subject) = other.template.overlap(&route.template) else { continue };
        let message = format!(
            "`{}` (`{}`) and `{}` (`{}`) both match `{subject}`; a message has one handler, and NATS refuses \
             filters that overlap",
            other.method,
            other.template.pattern(),
            route.method,
            route.template.pattern(),
        );
        diagnostics.error(&route.template.literal, message);
        let note = format!("this is `{}`, which matches `{subject}` too", other.method);
        diagnostics.error(&other.template.literal, note);
    }
}
