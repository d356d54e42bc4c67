//! The icons, as characters of a font that the build makes of `icons.txt`.
//!
//! A browser draws a character as it draws all text, from a picture that it keeps. Strokes of SVG it draws anew with each
//! part of the page that changes, by programs that it compiles first: where there is no graphics card the icons alone took
//! a third of the time in which a scan opened.

use leptos::prelude::*;

/// What an icon stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    Account,
    Angle,
    Back,
    Check,
    Close,
    Compare,
    Copy,
    Crop,
    Crosshair,
    Cube,
    Download,
    Eye,
    EyeOff,
    File,
    Folder,
    Grid,
    Help,
    Hide,
    Info,
    Layers,
    Length,
    Link,
    List,
    Lock,
    Maximise,
    Menu,
    Minimise,
    Minus,
    Mirror,
    Pan,
    Patient,
    Pause,
    Play,
    Plus,
    Probe,
    Redo,
    Reset,
    Save,
    Scroll,
    Search,
    Share,
    Shield,
    Sliders,
    Tooth,
    Trash,
    Undo,
    Warning,
    Window,
    Zoom,
}

/// The first icon's character: the start of Unicode's private use area.
const FIRST: u32 = 0xE000;

impl IconName {
    /// The character in the font.
    const fn character(self) -> char {
        match char::from_u32(FIRST + self as u32) {
            Some(character) => character,
            // There is no end of the private use area within reach of an enumeration.
            None => char::REPLACEMENT_CHARACTER,
        }
    }
}

/// An icon in the colour of the text around it. Hidden from assistive technology: the control that holds it has
/// the name.
#[component]
pub fn Icon(
    name: IconName,
    /// A further class: `icon--small`, `icon--large`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <span class=format!("icon {class}") aria-hidden="true">
            {name.character()}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::IconName;

    #[test]
    fn characters_are_in_the_order_of_the_outlines() {
        let names: Vec<&str> = include_str!("icons.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split(' ').next())
            .collect();
        for icon in [
            IconName::Account,
            IconName::Eye,
            IconName::Menu,
            IconName::Zoom,
        ] {
            assert_eq!(names[icon as usize], format!("{icon:?}"));
        }
        assert_eq!(names.len(), IconName::Zoom as usize + 1);
        assert!(names.is_sorted(), "as the names of the enumeration are");
    }
}
