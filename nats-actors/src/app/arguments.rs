//! Functions whose parameters are looked up by type.

use super::deps::{Dependency, Deps};
use super::task::{TaskContext, TaskOutcome, TaskRun};

/// The parameters of a [`Factory`] or a [`Task`]: a tuple of up to eight types that are `Clone + Send + Sync`.
pub trait Arguments: Clone + Send + Sync + 'static {
    /// The types.
    fn types() -> Vec<Dependency>;

    /// The values.
    ///
    /// # Errors
    ///
    /// The first type of which there is none.
    fn resolve(deps: &Deps) -> Result<Self, Dependency>;
}

/// Makes a service or a consumer from provided values: a function or a closure, whose parameters are found by their
/// types.
///
/// It is called for the first life and after every restart, each time with new clones of the same values.
///
/// ```
/// # use nats_actors::app::{Arguments, Factory};
/// # #[derive(Clone)] struct Db;
/// struct Orders { db: Db }
///
/// impl Orders {
///     fn new(db: Db) -> Self { Self { db } }
/// }
/// # fn takes<A: Arguments>(_: impl Factory<A>) {}
///
/// takes(Orders::new);
/// takes(|db: Db| Orders { db });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a factory",
    label = "not a function of provided values",
    note = "a factory is a function such as `Orders::new` or `|db: Db| Orders {{ db }}`",
    note = "the parameters of a closure need their types, each `Clone + Send + Sync + 'static`; there may be eight"
)]
pub trait Factory<A: Arguments>: Send + Sync + 'static {
    /// What it makes.
    type Output;

    /// Makes it.
    fn make(&self, arguments: A) -> Self::Output;
}

/// A worker of an application: an async function of a [`TaskContext`] and of provided values, which are found by their
/// types.
///
/// ```
/// # use nats_actors::app::{Arguments, Task, TaskContext};
/// # use std::time::Duration;
/// # #[derive(Clone)] struct Db;
/// # impl Db { async fn sweep(&self) -> Result<(), std::io::Error> { Ok(()) } }
/// async fn sweep(context: TaskContext, db: Db) -> Result<(), std::io::Error> {
///     while context.pause(Duration::from_secs(30)).await {
///         db.sweep().await?;
///     }
///     Ok(())
/// }
/// # fn takes<A: Arguments>(_: impl Task<A>) {}
/// # takes(sweep);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task",
    label = "not an async function of a `TaskContext`",
    note = "a task is a function such as `|context: TaskContext, db: Db| async move {{ .. }}`",
    note = "its future is `Send` and gives `()` or a `Result<(), E>`; the parameters of a closure need their types"
)]
pub trait Task<A: Arguments>: Send + Sync + 'static {
    /// Begins to run.
    fn run(&self, context: TaskContext, arguments: A) -> TaskRun;
}

macro_rules! functions_of {
    ($($name:ident),*) => {
        impl<$($name: Clone + Send + Sync + 'static),*> Arguments for ($($name,)*) {
            fn types() -> Vec<Dependency> {
                vec![$(Dependency::of::<$name>()),*]
            }

            #[allow(unused_variables, clippy::unused_unit, reason = "a function may have no parameters")]
            fn resolve(deps: &Deps) -> Result<Self, Dependency> {
                Ok(($(deps.get::<$name>().ok_or_else(Dependency::of::<$name>)?,)*))
            }
        }

        impl<F, Output, $($name: Clone + Send + Sync + 'static),*> Factory<($($name,)*)> for F
        where
            F: Fn($($name),*) -> Output + Send + Sync + 'static,
        {
            type Output = Output;

            #[allow(non_snake_case, reason = "a parameter is called as its type")]
            fn make(&self, ($($name,)*): ($($name,)*)) -> Output {
                self($($name),*)
            }
        }

        impl<F, Run, $($name: Clone + Send + Sync + 'static),*> Task<($($name,)*)> for F
        where
            F: Fn(TaskContext, $($name),*) -> Run + Send + Sync + 'static,
            Run: Future<Output: TaskOutcome> + Send + 'static,
        {
            #[allow(non_snake_case, reason = "a parameter is called as its type")]
            fn run(&self, context: TaskContext, ($($name,)*): ($($name,)*)) -> TaskRun {
                let run = self(context, $($name),*);
                Box::pin(async move { run.await.into_result() })
            }
        }
    };
}

functions_of!();
functions_of!(A);
functions_of!(A, B);
functions_of!(A, B, C);
functions_of!(A, B, C, D);
functions_of!(A, B, C, D, E);
functions_of!(A, B, C, D, E, G);
functions_of!(A, B, C, D, E, G, H);
functions_of!(A, B, C, D, E, G, H, I);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::deps::Provided;

    fn types<A: Arguments, F: Factory<A>>(_: &F) -> Vec<&'static str> {
        A::types().iter().map(Dependency::type_name).collect()
    }

    fn made<A: Arguments, F: Factory<A>>(
        factory: &F,
        deps: &Deps,
    ) -> Result<F::Output, Dependency> {
        A::resolve(deps).map(|arguments| factory.make(arguments))
    }

    #[test]
    fn parameters_are_known_without_a_call_and_found_by_type() {
        let mut provided = Provided::default();
        provided.add(7_u32);
        provided.add("seven");
        let deps = provided.into_deps();
        let pair = |number: u32, name: &'static str| (number, name);

        assert_eq!(types(&pair), ["u32", "&str"]);
        assert_eq!(types(&|| 1), [""; 0]);
        assert_eq!(made(&pair, &deps), Ok((7, "seven")));
        assert_eq!(made(&|| 1, &deps), Ok(1));
        assert_eq!(made(&|all: Deps| all.get::<u32>(), &deps), Ok(Some(7)));
        assert_eq!(made(&|missing: u8| missing, &deps), Err(Dependency::of::<u8>()));
    }
}
