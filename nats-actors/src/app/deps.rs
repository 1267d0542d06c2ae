//! What an application hands to its factories: values by type.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// The values that were [provided](super::App::provide), by type, with the [`Client`](crate::Client) and its
/// [`JetStream`](crate::jetstream::JetStream) once the application is connected.
///
/// Factories and tasks name what they need as parameters, which [`plan`](super::App::plan) can check. One that has to
/// decide at run time takes the whole `Deps` as a parameter; what it then asks for is known to nobody before. Cheap to
/// clone.
#[derive(Clone, Default)]
pub struct Deps {
    values: Arc<HashMap<TypeId, Value>>,
}

/// One value, as it is kept.
type Value = Arc<dyn Any + Send + Sync>;

impl Deps {
    /// A clone of the value of this type; `None` if there is none.
    #[must_use]
    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        let own: &(dyn Any + Send + Sync) = self;
        if let Some(own) = own.downcast_ref::<T>() {
            return Some(own.clone());
        }
        self.values.get(&TypeId::of::<T>())?.downcast_ref::<T>().cloned()
    }
}

impl fmt::Debug for Deps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deps").field("values", &self.values.len()).finish()
    }
}

/// A type that somebody needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dependency {
    id: TypeId,
    name: &'static str,
}

impl Dependency {
    pub(super) fn of<T: 'static>() -> Self {
        Self { id: TypeId::of::<T>(), name: type_name::<T>() }
    }

    /// The type, as the compiler calls it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.name
    }
}

/// The values while the application is being described.
#[derive(Default)]
pub(super) struct Provided {
    values: HashMap<TypeId, Value>,
    twice: Vec<Dependency>,
}

impl Provided {
    /// Of two values of one type the first stays.
    pub(super) fn add<T: Send + Sync + 'static>(&mut self, value: T) {
        match self.values.entry(TypeId::of::<T>()) {
            std::collections::hash_map::Entry::Occupied(_) => {
                self.twice.push(Dependency::of::<T>());
            }
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(Arc::new(value));
            }
        }
    }

    pub(super) fn has(&self, wanted: Dependency) -> bool {
        self.values.contains_key(&wanted.id) || wanted == Dependency::of::<Deps>()
    }

    /// The types of which there is more than one value.
    pub(super) fn twice(&self) -> &[Dependency] {
        &self.twice
    }

    pub(super) fn into_deps(self) -> Deps {
        Deps { values: Arc::new(self.values) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_type_and_the_whole_by_its_own() {
        let mut provided = Provided::default();
        provided.add(7_u32);
        provided.add("text");
        provided.add(8_u32);
        assert!(provided.has(Dependency::of::<Deps>()) && !provided.has(Dependency::of::<u64>()));
        assert_eq!(provided.twice(), [Dependency::of::<u32>()]);

        let deps = provided.into_deps();

        assert_eq!((deps.get::<u32>(), deps.get::<&str>()), (Some(7), Some("text")));
        assert_eq!(deps.get::<u64>(), None);
        assert_eq!(deps.get::<Deps>().and_then(|deps| deps.get::<u32>()), Some(7));
    }
}
