//! From pointer events to measurements.
//!
//! A length is a drag, or two presses. An angle is a drag and a press, or three presses. A probe is a press.

use super::ViewerState;
use super::state::Draft;
use crate::stage::{ToolEvent, ToolPhase};
use crate::workspace::{MeasurementShape, Tool, Workspace};
use glam::DVec3;
use leptos::prelude::*;
use viewer_wasm::view::ViewId;

/// A press that moved less than this set one point; one that moved more, two.
const DRAG_PX: f64 = 4.0;

/// What a view does with its pointer while a drawing tool is chosen.
pub fn on_tool(workspace: Workspace, state: ViewerState, view: ViewId, event: ToolEvent) {
    let tool = workspace.tool.get_untracked();
    let draft = state
        .draft
        .get_untracked()
        .filter(|draft| draft.view == view);
    match (event.phase, draft) {
        (ToolPhase::Cancel, _) => state.draft.set(None),
        (ToolPhase::Down, _) if tool == Tool::Probe => {
            let id = workspace.add_measurement(
                view,
                MeasurementShape::Probe {
                    at_mm: event.patient_mm,
                },
            );
            state.selected.set(Some(id));
        }
        (ToolPhase::Down, None) => state.draft.set(Some(Draft {
            view,
            points_mm: vec![event.patient_mm],
            pointer_mm: event.patient_mm,
            pressed_at: Some(event.px),
        })),
        (ToolPhase::Up, Some(draft)) => {
            let only_pressed = draft
                .pressed_at
                .is_some_and(|start| start.distance(event.px) < DRAG_PX);
            let draft = Draft {
                pointer_mm: event.patient_mm,
                pressed_at: None,
                ..draft
            };
            if only_pressed {
                state.draft.set(Some(draft));
            } else {
                add_point(workspace, state, tool, draft);
            }
        }
        (_, Some(draft)) => state.draft.set(Some(Draft {
            pointer_mm: event.patient_mm,
            ..draft
        })),
        (_, None) => {}
    }
}

fn add_point(workspace: Workspace, state: ViewerState, tool: Tool, mut draft: Draft) {
    draft.points_mm.push(draft.pointer_mm);
    match finished(tool, &draft.points_mm) {
        Some(shape) => {
            state.draft.set(None);
            let id = workspace.add_measurement(draft.view, shape);
            state.selected.set(Some(id));
        }
        None => state.draft.set(Some(draft)),
    }
}

/// The shape, once it has all its points.
fn finished(tool: Tool, points_mm: &[DVec3]) -> Option<MeasurementShape> {
    match (tool, points_mm) {
        (Tool::Length, &[from_mm, to_mm]) => Some(MeasurementShape::Length { from_mm, to_mm }),
        (Tool::Angle, &[from_mm, apex_mm, to_mm]) => Some(MeasurementShape::Angle {
            from_mm,
            apex_mm,
            to_mm,
        }),
        (Tool::Probe, &[at_mm]) => Some(MeasurementShape::Probe { at_mm }),
        _ => None,
    }
}

/// What a draft would be with its next point where the pointer is. The first leg of an angle is shown as a length.
pub fn shape_with_pointer(tool: Tool, draft: &Draft) -> Option<MeasurementShape> {
    let mut points = draft.points_mm.clone();
    points.push(draft.pointer_mm);
    finished(tool, &points).or_else(|| finished(Tool::Length, &points))
}

/// Moves one point of a measurement; the history was told at the start of the drag.
pub fn move_point(workspace: Workspace, id: u32, at: usize, to_mm_now: DVec3) {
    let shape = workspace.measurements.with_untracked(|list| {
        list.iter()
            .find(|measurement| measurement.id == id)
            .map(|measurement| measurement.shape)
    });
    if let Some(shape) = shape {
        workspace.reshape_measurement(id, with_point(shape, at, to_mm_now));
    }
}

fn with_point(shape: MeasurementShape, at: usize, point: DVec3) -> MeasurementShape {
    match (shape, at) {
        (MeasurementShape::Length { to_mm, .. }, 0) => MeasurementShape::Length {
            from_mm: point,
            to_mm,
        },
        (MeasurementShape::Length { from_mm, .. }, _) => MeasurementShape::Length {
            from_mm,
            to_mm: point,
        },
        (MeasurementShape::Angle { apex_mm, to_mm, .. }, 0) => MeasurementShape::Angle {
            from_mm: point,
            apex_mm,
            to_mm,
        },
        (MeasurementShape::Angle { from_mm, to_mm, .. }, 1) => MeasurementShape::Angle {
            from_mm,
            apex_mm: point,
            to_mm,
        },
        (
            MeasurementShape::Angle {
                from_mm, apex_mm, ..
            },
            _,
        ) => MeasurementShape::Angle {
            from_mm,
            apex_mm,
            to_mm: point,
        },
        (MeasurementShape::Probe { .. }, _) => MeasurementShape::Probe { at_mm: point },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_make_the_shape_of_their_tool() {
        let points = [DVec3::X, DVec3::ZERO, DVec3::Y];
        assert!(finished(Tool::Angle, &points[..2]).is_none());
        assert!(
            matches!(finished(Tool::Angle, &points), Some(MeasurementShape::Angle { apex_mm, .. }) if apex_mm == DVec3::ZERO)
        );
        assert!(
            matches!(finished(Tool::Length, &points[..2]), Some(MeasurementShape::Length { from_mm, .. }) if from_mm == DVec3::X)
        );
    }

    #[test]
    fn one_point_moves_and_the_others_stay() {
        let angle = MeasurementShape::Angle {
            from_mm: DVec3::X,
            apex_mm: DVec3::ZERO,
            to_mm: DVec3::Y,
        };
        for at in 0..3 {
            let moved = with_point(angle, at, DVec3::Z).points_mm();
            for (other, point) in angle.points_mm().into_iter().enumerate() {
                assert_eq!(moved[other], if other == at { DVec3::Z } else { point });
            }
        }
    }
}
