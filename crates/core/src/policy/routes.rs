//! `[[route]]`: which method pays a claim, out of which pool.

use super::Policy;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Most routes that a region can have.
pub const ROUTES_MAX: usize = 64;

/// One route. The first in order that takes a claim pays it.
///
/// A route takes a claim where one of its pools has the claim's insurance type, every condition
/// holds, and, with a `[[by_disease]]`, the prices table has the claim's disease.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// Name in the outputs.
    pub id: String,
    /// Pools that it pays from, by id; the one with the claim's insurance type is taken.
    pub pools: Vec<String>,
    /// The id of a method, or [`BY_GROUP`](super::BY_GROUP).
    pub method: String,
    /// `when`: all of them must hold.
    pub when: Vec<Condition>,
    /// Items that it pays apart, by id.
    pub apart: Vec<String>,
}

/// A condition of a route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// A column of the claims, or `level`, `alliance` (of the hospital), `kind` (of the group).
    pub field: String,
    /// What must hold of it.
    pub test: Test,
}

/// What a condition asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// The text, or one code of a list, is one of these.
    AnyOf(Vec<Pattern>),
    /// The number lies between, both ends inside. A field that is empty or no number does not.
    Between {
        /// Lower end.
        from: Option<Decimal>,
        /// Upper end.
        to: Option<Decimal>,
    },
}

/// A text that a condition accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pattern {
    /// Exactly this.
    Exact(String),
    /// Whatever begins so and is not empty; written with `*` at its end.
    Prefix(String),
}

impl Pattern {
    /// As a region file writes it.
    ///
    /// ```
    /// use dianzhi_core::Pattern;
    /// assert!(Pattern::new("A15*").fits("A15.02") && !Pattern::new("A15").fits("A15.02"));
    /// assert!(!Pattern::new("*").fits(""));
    /// ```
    #[must_use]
    pub fn new(text: &str) -> Pattern {
        match text.strip_suffix('*') {
            Some(prefix) => Pattern::Prefix(prefix.to_owned()),
            None => Pattern::Exact(text.to_owned()),
        }
    }

    /// Whether a text is accepted.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        match self {
            Pattern::Exact(exact) => text == exact,
            Pattern::Prefix(prefix) => !text.is_empty() && text.starts_with(prefix.as_str()),
        }
    }

    /// Whether it accepts whatever the other does.
    fn covers(&self, other: &Pattern) -> bool {
        match (self, other) {
            (Pattern::Exact(a), Pattern::Exact(b)) => a == b,
            (Pattern::Exact(_), Pattern::Prefix(_)) => false,
            (Pattern::Prefix(_), Pattern::Exact(b)) => self.fits(b),
            (Pattern::Prefix(a), Pattern::Prefix(b)) => b.starts_with(a.as_str()),
        }
    }
}

impl Test {
    /// Whether it holds wherever the other does.
    fn covers(&self, other: &Test) -> bool {
        match (self, other) {
            (Test::AnyOf(mine), Test::AnyOf(theirs)) => {
                theirs.iter().all(|theirs| mine.iter().any(|mine| mine.covers(theirs)))
            }
            (Test::Between { from, to }, Test::Between { from: low, to: high }) => {
                let below = from.is_none_or(|from| low.is_some_and(|low| from <= low));
                let above = to.is_none_or(|to| high.is_some_and(|high| to >= high));
                below && above
            }
            _ => false,
        }
    }
}

impl Route {
    /// Whether its conditions hold wherever the other's do. Whatever a later route asks beyond an
    /// earlier one's conditions can only make it take fewer claims.
    #[must_use]
    pub fn covers(&self, other: &Route) -> bool {
        self.when.iter().all(|mine| {
            let theirs = other.when.iter().filter(|theirs| theirs.field == mine.field);
            theirs.into_iter().any(|theirs| mine.test.covers(&theirs.test))
        })
    }
}

impl Policy {
    /// The routes that can never take a claim, each with the earlier one that takes all of theirs.
    ///
    /// ```
    /// use dianzhi_core::{example, Route, BY_GROUP};
    /// let mut policy = example::policy();
    /// let all = |id: &str| Route {
    ///     id: id.to_owned(),
    ///     pools: vec!["employee".to_owned()],
    ///     method: BY_GROUP.to_owned(),
    ///     when: Vec::new(),
    ///     apart: Vec::new(),
    /// };
    /// policy.routes = vec![all("first"), all("second")];
    /// assert_eq!(policy.dead_routes(), [(1, 0)]);
    /// ```
    #[must_use]
    pub fn dead_routes(&self) -> Vec<(usize, usize)> {
        let dead = |(later, route): (usize, &Route)| {
            let earlier = self.routes[..later].iter().position(|earlier| {
                self.takes_whatever_fits(earlier) && earlier.covers(route) && self.pays_all_of(earlier, route)
            })?;
            Some((later, earlier))
        };
        self.routes.iter().enumerate().filter_map(dead).collect()
    }

    /// Whether a route's method has a price for every claim that meets its conditions.
    fn takes_whatever_fits(&self, route: &Route) -> bool {
        let methods = &self.methods;
        let per_diem = methods.per_diem.iter().find(|method| method.id == route.method);
        let has_every_level = per_diem.is_none_or(|method| method.rates.iter().any(|rate| rate.level.is_none()));
        has_every_level && methods.by_disease.iter().all(|method| method.id != route.method)
    }

    /// Whether a route has a pool for every insurance type that the other has one for.
    fn pays_all_of(&self, route: &Route, other: &Route) -> bool {
        let types = |route: &Route| -> Vec<&String> {
            let pools = self.pools.iter().filter(|pool| route.pools.contains(&pool.id));
            pools.flat_map(|pool| &pool.insutype).collect()
        };
        let mine = types(route);
        types(other).iter().all(|code| mine.contains(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(when: &[(&str, Test)]) -> Route {
        let condition = |(field, test): &(&str, Test)| Condition {
            field: (*field).to_owned(),
            test: test.clone(),
        };
        Route {
            id: String::new(),
            pools: Vec::new(),
            method: String::new(),
            when: when.iter().map(condition).collect(),
            apart: Vec::new(),
        }
    }

    #[test]
    fn a_route_covers_narrower_ones() {
        let any = |texts: &[&str]| Test::AnyOf(texts.iter().map(|text| Pattern::new(text)).collect());
        let between = |from: Option<i64>, to: Option<i64>| Test::Between {
            from: from.map(Decimal::from),
            to: to.map(Decimal::from),
        };
        for (wide, narrow, covers) in [
            (vec![], vec![("a", any(&["1"]))], true),
            (vec![("a", any(&["1"]))], vec![], false),
            (vec![("a", any(&["1", "2"]))], vec![("a", any(&["2"]))], true),
            (vec![("a", any(&["1*"]))], vec![("a", any(&["12", "13*"]))], true),
            (vec![("a", any(&["12"]))], vec![("a", any(&["1*"]))], false),
            (vec![("a", any(&["1"]))], vec![("b", any(&["1"]))], false),
            (
                vec![("d", between(Some(3), None))],
                vec![("d", between(Some(5), Some(9)))],
                true,
            ),
            (
                vec![("d", between(Some(3), Some(8)))],
                vec![("d", between(Some(5), Some(9)))],
                false,
            ),
            (vec![("d", between(None, Some(8)))], vec![("d", any(&["5"]))], false),
        ] {
            assert_eq!(route(&wide).covers(&route(&narrow)), covers, "{wide:?} {narrow:?}");
        }
    }
}
