//! What two series have in common, for looking at them side by side.

use super::patients::Person;
use super::{Calibration, Series};

/// Whether two series are of one person, by what their files say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SamePatient {
    /// Nothing that both say differs, and _Patient ID_ (0010,0020) or _Patient's Name_ (0010,0010) is the same.
    Yes,
    /// They say too little to tell.
    Unknown,
    /// An id, a name or a birth date differs.
    No,
}

/// What two series have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Whether they are of one person.
    pub patient: SamePatient,
    /// A position is the same place in both: every file of both names one and the same _Frame of Reference UID_
    /// (0020,0052), both lie in the patient, and they are not of different people. Without it nothing but a hand relates
    /// them.
    pub same_frame: bool,
    /// Their grey values have the same unit.
    pub same_unit: bool,
    /// A millimetre on the screen is a millimetre in the patient for both.
    pub lengths_compare: bool,
}

impl Pair {
    /// Compares two series. `together`: they were assembled in one go, so that their [`Series::patient`] numbers tell
    /// people apart.
    pub fn of(first: &Series, second: &Series, together: bool) -> Self {
        let patient = if together && first.patient != second.patient {
            SamePatient::No
        } else {
            same_patient(first, second)
        };
        let frame = frame_of_reference(first);
        Self {
            patient,
            same_frame: frame.is_some()
                && frame == frame_of_reference(second)
                && patient != SamePatient::No,
            same_unit: first.unit == second.unit,
            lengths_compare: [first, second]
                .iter()
                .all(|series| series.calibration == Calibration::Patient),
        }
    }
}

fn same_patient(first: &Series, second: &Series) -> SamePatient {
    let (a, b) = (Person::of_series(first), Person::of_series(second));
    if !a.agrees(&b) {
        SamePatient::No
    } else if a.is_named_like(&b) {
        SamePatient::Yes
    } else {
        SamePatient::Unknown
    }
}

/// The frame of reference that every file of a series is in; `None` where one names none or another, or does not say where
/// it lies.
fn frame_of_reference(series: &Series) -> Option<&str> {
    let mut frames = series.instances.iter().map(|instance| {
        let image = &instance.attributes;
        let placed = image.position_mm.is_some() && image.orientation.is_some()
            || image
                .per_frame
                .iter()
                .any(|frame| frame.position_mm.is_some());
        let named = instance.identity.frame_of_reference_uid.as_deref();
        named.map(str::trim).filter(|uid| placed && !uid.is_empty())
    });
    let first = frames.next()??;
    frames.all(|frame| frame == Some(first)).then_some(first)
}
