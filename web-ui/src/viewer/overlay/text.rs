//! Corner texts and the letters at the edges.

use super::colors;
use super::{FONT_PX, LINE_PX, MARGIN_PX};
use crate::locale::{t, t_count, t_with};
use crate::viewer::words;
use crate::workspace::{Mode, Workspace};
use glam::DVec2;
use leptos::prelude::*;
use viewer_wasm::series::{SamePatient, SeriesKind, WarningCode};
use viewer_wasm::view::{Ordinal, ViewId};

/// Warnings named on the image; more are counted.
const NAMED_WARNINGS: usize = 3;

/// A line of a corner.
#[derive(Clone, PartialEq)]
pub struct Line {
    pub text: String,
    pub color: &'static str,
    pub bold: bool,
}

impl Line {
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            color: colors::INK,
            bold: false,
        }
    }

    pub fn colored(text: impl Into<String>, color: &'static str) -> Self {
        Self {
            text: text.into(),
            color,
            bold: true,
        }
    }
}

/// The first line of the top left corner.
pub fn top_line(line: Line) -> impl IntoView {
    at_left(line, MARGIN_PX + FONT_PX, usize::MAX)
}

/// Lines of the top left corner, below the first one.
pub fn below_title(lines: Vec<Line>, size: DVec2) -> impl IntoView {
    let room = room(size);
    lines
        .into_iter()
        .zip(1u32..)
        .map(|(line, at)| at_left(line, MARGIN_PX + FONT_PX + LINE_PX * f64::from(at), room))
        .collect_view()
}

/// Lines of the bottom left corner.
pub fn bottom(lines: Vec<Line>, size: DVec2) -> impl IntoView {
    let (room, count) = (room(size), lines.len());
    lines
        .into_iter()
        .enumerate()
        .map(|(at, line)| {
            let above = LINE_PX * (count - 1 - at) as f64;
            at_left(line, size.y - MARGIN_PX - above, room)
        })
        .collect_view()
}

/// Characters that fit into half the view.
fn room(size: DVec2) -> usize {
    ((size.x - 2.0 * MARGIN_PX - 40.0) / (FONT_PX * 0.54)).max(12.0) as usize
}

fn at_left(line: Line, y: f64, room: usize) -> impl IntoView {
    view! {
        <text x=MARGIN_PX y=y fill=line.color font-weight=if line.bold { "600" } else { "400" }>
            {cut(&line.text, room)}
        </text>
    }
}

/// At most `room` characters, with an ellipsis where some are left out.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars()
        .take(room.saturating_sub(1))
        .chain(['…'])
        .collect()
}

/// The letters of left, right, top and bottom.
pub fn orientation(letters: [String; 4], size: DVec2) -> impl IntoView {
    let middle = size * 0.5;
    let places = [
        (MARGIN_PX, middle.y + 5.0, "start"),
        (size.x - MARGIN_PX, middle.y + 5.0, "end"),
        (middle.x, MARGIN_PX + FONT_PX, "middle"),
        (middle.x, size.y - MARGIN_PX, "middle"),
    ];
    letters
        .into_iter()
        .zip(places)
        .map(|(letter, (x, y, anchor))| {
            view! {
                <text x=x y=y text-anchor=anchor fill=colors::INK font-size="15" font-weight="600">
                    {letter}
                </text>
            }
        })
        .collect_view()
}

/// Which series this is and when it was made, where another is beside it.
pub fn series_lines(workspace: Workspace) -> Option<Line> {
    if workspace.mode.get() != Mode::Compare {
        return None;
    }
    let scan = workspace.active_scan()?;
    let active = workspace.active.get();
    let title = workspace.series.with(|series| {
        let entry = series.iter().find(|entry| Some(entry.id) == active);
        entry.map(words::series_title)
    })?;
    let shown = workspace.patient_visible.get() && workspace.has_identity();
    let first = scan.series.instances.first().filter(|_| shown);
    let date = first
        .and_then(|instance| instance.identity.study_date.as_deref())
        .filter(|date| !date.trim().is_empty());
    Some(Line::plain(match date {
        Some(date) => t_with(
            "compare.series-date",
            &[("series", &title), ("date", &words::date(date))],
        ),
        None => title,
    }))
}

/// That the scan beside this one is of somebody else; of the second side, what relates it to the first.
pub fn comparison_lines(workspace: Workspace) -> Vec<Line> {
    let pair = workspace.compare.pair.get();
    let Some(pair) = pair.filter(|_| workspace.mode.get() == Mode::Compare) else {
        return Vec::new();
    };
    let stranger = (pair.patient == SamePatient::No)
        .then(|| Line::colored(format!("⚠ {}", t("compare.people-view")), colors::WARN));
    let alignment = workspace
        .is_second
        .then(|| Line::plain(words::alignment(workspace.compare.alignment())));
    stranger.into_iter().chain(alignment).collect()
}

/// Name, id and birth date of the patient, unless they are hidden or not there.
pub fn patient_lines(workspace: Workspace) -> Vec<Line> {
    if !workspace.patient_visible.get() || !workspace.has_identity() {
        return Vec::new();
    }
    let Some(active) = workspace.active.get() else {
        return Vec::new();
    };
    workspace.series.with(|series| {
        let Some(entry) = series.iter().find(|entry| entry.id == active) else {
            return Vec::new();
        };
        let id = entry.patient.patient_id.clone().filter(|id| !id.is_empty());
        let born = words::birth_date(&entry.patient);
        let facts = match (id, born) {
            (Some(id), Some(born)) => Some(t_with(
                "viewer.patient-id-born",
                &[("id", &id), ("born", &born)],
            )),
            (Some(id), None) => Some(id),
            (None, Some(born)) => Some(t_with("viewer.patient-born", &[("born", &born)])),
            (None, None) => None,
        };
        words::patient_name(&entry.patient)
            .into_iter()
            .chain(facts)
            .map(Line::plain)
            .collect()
    })
}

/// What is doubtful, in short.
pub fn warning_lines(workspace: Workspace) -> Vec<Line> {
    if workspace.recovering.get() {
        return vec![Line::colored(t("viewer.recovering"), colors::WARN)];
    }
    if workspace.previewing.get() {
        return vec![Line::colored(t("viewer.preview"), colors::WARN)];
    }
    let Some(active) = workspace.active.get() else {
        return Vec::new();
    };
    workspace.series.with(|series| {
        let Some(entry) = series.iter().find(|entry| entry.id == active) else {
            return Vec::new();
        };
        let stopped =
            words::stopped(workspace).map(|text| Line::colored(format!("⚠ {text}"), colors::WARN));
        let mut lines: Vec<Line> = stopped.into_iter().collect();
        // That an image is a single one is no doubt about it.
        let flat = entry.kind == SeriesKind::Image;
        let warnings: Vec<_> = entry
            .warnings
            .iter()
            .filter(|warning| !(flat && warning.code == WarningCode::SingleSlice))
            .collect();
        lines.extend(warnings.iter().take(NAMED_WARNINGS).map(|warning| {
            Line::colored(
                format!("⚠ {}", t(&format!("warnings.{}", warning.code.name()))),
                colors::WARN,
            )
        }));
        let more = warnings.len().saturating_sub(NAMED_WARNINGS);
        if more > 0 {
            lines.push(Line::colored(
                t_count("viewer.more-warnings", more),
                colors::WARN,
            ));
        }
        lines
    })
}

/// A mark that the pixels are not the scanner's, at the top right below the view's button.
pub fn lossy_badge(workspace: Workspace, size: DVec2) -> Option<impl IntoView> {
    let active = workspace.active.get()?;
    let lossy = workspace.series.with(|series| {
        series.iter().any(|entry| {
            entry.id == active
                && entry
                    .warnings
                    .iter()
                    .any(|warning| warning.code == WarningCode::LossyCompressed)
        })
    });
    lossy.then(|| {
        view! {
            <text
                x=size.x - MARGIN_PX
                y=MARGIN_PX + 52.0
                text-anchor="end"
                fill=colors::WARN
                font-weight="600"
            >
                {t("viewer.lossy")}
            </text>
        }
    })
}

/// The name of a plane that lies beside its scan.
pub fn outside_title(id: ViewId) -> Line {
    let text = t_with("viewer.slice-outside", &[("view", words::view_name(id))]);
    Line::colored(text, colors::of_view(id))
}

/// The view's name and, for a plane, which slice it is in.
pub fn title(id: ViewId, ordinal: Option<Ordinal>) -> Line {
    let name = words::view_name(id);
    let text = match ordinal {
        Some(at) => t_with(
            if at.oblique {
                "viewer.slice-oblique"
            } else {
                "viewer.slice-ordinal"
            },
            &[
                ("view", name),
                ("n", &at.number.to_string()),
                ("count", &at.count.to_string()),
            ],
        ),
        None => name.to_owned(),
    };
    Line::colored(text, colors::of_view(id))
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn long_lines_are_cut_between_characters() {
        assert_eq!(cut("山田太郎", 4), "山田太郎");
        assert_eq!(cut("山田太郎 先生", 4), "山田太…");
    }
}
