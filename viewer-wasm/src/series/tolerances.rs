//! `docs/GEOMETRY.md` lists every warning and every tolerance; this checks the list against the code.

use super::warning::WarningCode;
use super::{checks, grid, group, stack};

const GEOMETRY: &str = include_str!("../../../docs/GEOMETRY.md");

#[test]
fn the_documented_tolerances_are_those_of_the_code() {
    let tolerances: [(&str, f64); 17] = [
        ("SAME_POSITION_MM", stack::SAME_POSITION_MM),
        ("DRIFT_MM", stack::DRIFT_MM),
        ("PARALLEL_COSINE", group::PARALLEL_COSINE),
        ("SAME_SPACING", group::SAME_SPACING),
        ("TILT_WARNING_DEG", checks::TILT_WARNING_DEG),
        ("SIDEWAYS_PIXELS", checks::SIDEWAYS_PIXELS),
        ("SPACING_AGREES", checks::SPACING_AGREES),
        ("ON_POINT_STEPS", grid::ON_POINT_STEPS),
        ("ON_POINT_MM", grid::ON_POINT_MM),
        ("ON_FINE_POINT_MM", grid::ON_FINE_POINT_MM),
        ("FEW_HOLES", grid::FEW_HOLES as f64),
        ("STEPS_PER_HOLE", grid::STEPS_PER_HOLE as f64),
        ("STEPS_OF_A_CHANGE", grid::STEPS_OF_A_CHANGE as f64),
        ("GAP_RATIO", grid::GAP_RATIO),
        ("POINTS_PER_SLICE", grid::POINTS_PER_SLICE as f64),
        ("MOST_POINTS", grid::MOST_POINTS as f64),
        ("ALWAYS_POINTS", grid::ALWAYS_POINTS as f64),
    ];
    for (name, value) in tolerances {
        let row = format!("| `{name}` | {value} |");
        assert!(GEOMETRY.contains(&row), "docs/GEOMETRY.md has no row {row}");
    }
    let rows = GEOMETRY.lines().filter(|line| {
        line.starts_with("| `") && line.contains("_") && line[3..].starts_with(char::is_uppercase)
    });
    assert_eq!(rows.count(), tolerances.len(), "a row without a constant");
}

#[test]
fn every_warning_is_documented() {
    for code in WarningCode::ALL {
        let row = format!("| `{}` |", code.name());
        assert!(GEOMETRY.contains(&row), "docs/GEOMETRY.md has no row {row}");
    }
}
