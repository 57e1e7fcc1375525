//! Objects key by key. Keys are a contract and the names of fields are none, so every key stands beside its value.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::compare::{Estimate, Sides};
use crate::model::Range;

/// What is an object in JSON.
pub(in crate::report) trait Object {
    /// Adds its keys.
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S>;
}

/// An object as it is written.
pub(in crate::report) struct Json<T>(pub(in crate::report) T);

/// Objects as they are written.
pub(in crate::report) fn list<T: Object>(objects: impl IntoIterator<Item = T>) -> Vec<Json<T>> {
    objects.into_iter().map(Json).collect()
}

/// An object under construction; the keys stand in the order in which they are added.
pub(in crate::report) struct Keys<S: Serializer>(Result<S::SerializeMap, S::Error>);

impl<S: Serializer> Keys<S> {
    pub(in crate::report) fn key(self, key: &str, value: impl Serialize) -> Self {
        Keys(self.0.and_then(|mut object| object.serialize_entry(key, &value).map(|()| object)))
    }

    /// A key that is left out where its value is not known.
    pub(in crate::report) fn known(self, key: &str, value: Option<impl Serialize>) -> Self {
        match value {
            Some(value) => self.key(key, value),
            None => self,
        }
    }

    /// The keys of other objects as if they were its own.
    pub(in crate::report) fn all(self, objects: impl IntoIterator<Item = impl Object>) -> Self {
        objects.into_iter().fold(self, |keys, object| object.keys(keys))
    }
}

impl<T: Object> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.keys(Keys::<S>(serializer.serialize_map(None))).0?.end()
    }
}

impl<T: Object> Object for &T {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        (*self).keys(keys)
    }
}

impl<T: Serialize> Object for Sides<T> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("baseline", &self.baseline).key("candidate", &self.candidate)
    }
}

/// Sides that may lack theirs.
pub(super) fn sides<T: Object>(sides: Sides<Option<T>>) -> Json<Sides<Option<Json<T>>>> {
    Json(sides.map(|side| side.map(Json)))
}

/// Least and greatest value seen: equal where the count is exact.
impl<T: Serialize> Object for Range<T> {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("low", &self.low).key("high", &self.high)
    }
}

/// A value and its interval; three equal numbers where there is none.
impl Object for Estimate {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        keys.key("value", self.value).key("low", self.low).key("high", self.high)
    }
}
