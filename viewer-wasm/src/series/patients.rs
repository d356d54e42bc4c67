//! Whose each file is.
//!
//! Files are of one patient if _Patient ID_, _Patient's Name_ and _Patient's Birth Date_ agree. A field that a file leaves
//! empty agrees with any; a name agrees whatever its case and its empty components.

use std::collections::HashMap;

use super::Series;
use crate::intake::{Identity, Instance};

/// What tells patients apart; empty where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Person {
    id: String,
    name: String,
    born: String,
}

impl Person {
    fn of(identity: &Identity) -> Self {
        let plain = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default().trim();
            text.to_uppercase()
        };
        // Alphabetic, ideographic and phonetic writings are of one name; the first tells.
        let name = plain(&identity.patient_name);
        let name = name.split('=').find(|group| !group.is_empty());
        let parts = name.unwrap_or_default().split(['^', ' ', ',']);
        Self {
            id: plain(&identity.patient_id),
            name: parts
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
            born: plain(&identity.patient_birth_date),
        }
    }

    /// What the files of a series say together.
    pub(super) fn of_series(series: &Series) -> Self {
        series
            .instances
            .iter()
            .fold(Self::default(), |known, instance| {
                known.joined(&Self::of(&instance.identity))
            })
    }

    /// Whether both have one id or one name.
    pub(super) fn is_named_like(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        same(&self.id, &other.id) || same(&self.name, &other.name)
    }

    pub(super) fn agrees(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
        same(&self.id, &other.id) && same(&self.name, &other.name) && same(&self.born, &other.born)
    }

    /// How many fields both say, alike.
    fn alike(&self, other: &Self) -> usize {
        [
            (&self.id, &other.id),
            (&self.name, &other.name),
            (&self.born, &other.born),
        ]
        .iter()
        .filter(|(a, b)| !a.is_empty() && a == b)
        .count()
    }

    /// What both say together.
    fn joined(&self, other: &Self) -> Self {
        let either = |a: &str, b: &str| if a.is_empty() { b } else { a }.to_owned();
        Self {
            id: either(&self.id, &other.id),
            name: either(&self.name, &other.name),
            born: either(&self.born, &other.born),
        }
    }
}

/// The patient of each instance, as numbers from 0 in the order of the file names. A file that says less joins the
/// patient with whom it agrees in most; one that agrees with several alike joins none of them.
pub(super) fn patients(instances: &[Instance]) -> Vec<usize> {
    let people: Vec<Person> = instances
        .iter()
        .map(|instance| Person::of(&instance.identity))
        .collect();
    let mut order: Vec<usize> = (0..instances.len()).collect();
    crate::order::sort(&mut order, |a, b| {
        instances[*a].file.cmp(&instances[*b].file)
    });

    // Those who say most first, so that nobody is taken for two people before both are known.
    let mut distinct: Vec<&Person> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for person in order.iter().map(|index| &people[*index]) {
        if seen.insert(person) {
            distinct.push(person);
        }
    }
    let says = |person: &Person| (!person.name.is_empty(), person.alike(person));
    crate::order::sort(&mut distinct, |a, b| says(b).cmp(&says(a)));
    let mut known: Vec<Person> = Vec::new();
    let mut place: HashMap<&Person, usize> = HashMap::new();
    for person in distinct {
        let agreeing = (0..known.len()).filter(|at| known[*at].agrees(person));
        let mut agreeing: Vec<(usize, usize)> =
            agreeing.map(|at| (known[at].alike(person), at)).collect();
        crate::order::sort(&mut agreeing, |a, b| b.cmp(a));
        let at = match agreeing[..] {
            [(_, only)] => {
                known[only] = known[only].joined(person);
                only
            }
            [(most, best), (next, _), ..] if most > next => best,
            _ => {
                known.push(person.clone());
                known.len() - 1
            }
        };
        place.insert(person, at);
    }

    let mut numbers: HashMap<usize, usize> = HashMap::new();
    let mut of = vec![0; instances.len()];
    for index in order {
        let next = numbers.len();
        of[index] = *numbers.entry(place[&people[index]]).or_insert(next);
    }
    of
}
