//! The icons: 24 × 24, strokes only, drawn for this product.

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

impl IconName {
    /// The outline as SVG path data.
    const fn path(self) -> &'static str {
        match self {
            Self::Account => {
                "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.9-3.4 3.9-5 7.5-5s6.6 1.6 7.5 5"
            }
            Self::Angle => "M4 20h16M4 20 15 5M11.5 20a7.5 7.5 0 0 0-3-6",
            Self::Back => "M19 12H5M11 6l-6 6 6 6",
            Self::Check => "m5 12.5 4.5 4.500L19 7.5",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Compare => "M3 5h7v14H3zM14 5h7v14h-7zM12 3v18",
            Self::Copy => "M9 9h10v11H9zM6 15H5V4h10v2",
            Self::Crop => "M7 3v14h14M3 7h14v14",
            Self::Crosshair => "M12 3v6M12 15v6M3 12h6M15 12h6M12 11.900v.2",
            Self::Cube => "M12 3 4 7.500v9L12 21l8-4.500v-9L12 3ZM4 7.500l8 4.5 8-4.500M12 12v9",
            Self::Download => "M12 4v11M7 10.500l5 5 5-5M5 20h14",
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z"
            }
            Self::EyeOff => {
                "M4 4l16 16M9.5 5.900A9 9 0 0 1 12 5.500c6 0 9.5 6.5 9.5 6.500a17 17 0 0 1-3 3.700M6.3 7.500A16 16 0 0 0 2.5 12S6 18.5 12 18.500c1.5 0 2.9-.4 4.1-1M9.9 10a3 3 0 0 0 4.1 4.2"
            }
            Self::File => "M6 3h8l4 4v14H6zM14 3v4h4",
            Self::Folder => "M3 6.500h6l2 2.500h10v10.500H3z",
            Self::Grid => "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
            Self::Help => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.5 9.500A2.5 2.5 0 1 1 13.5 11.500c-.9.7-1.5 1.2-1.5 2.300M12 17v.1"
            }
            Self::Hide => "M5 12h14",
            Self::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.500M12 7.700v.1",
            Self::Layers => {
                "m12 3 9 5-9 5-9-5 9-5ZM3.5 12.3 12 17l8.5-4.700M3.5 16.3 12 21l8.5-4.7"
            }
            Self::Length => {
                "M5 19 19 5M3 17l4 4M17 3l4 4M9 13l1.5 1.500M12 10l1.5 1.500M15 7l1.5 1.5"
            }
            Self::Link => {
                "M10 14a4 4 0 0 0 5.7 0l3.3-3.300A4 4 0 0 0 13.3 5L12 6.300M14 10a4 4 0 0 0-5.7 0L5 13.300A4 4 0 0 0 10.7 19l1.3-1.3"
            }
            Self::List => "M9 6h11M9 12h11M9 18h11M4.5 6v.1M4.5 12v.1M4.5 18v.1",
            Self::Lock => "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.500v2",
            Self::Maximise => "M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5",
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Minimise => "M4 9h5V4M20 9h-5V4M4 15h5v5M20 15h-5v5",
            Self::Minus => "M6 12h12",
            Self::Mirror => "M12 3v18M9 7v10H3zM15 7v10h6z",
            Self::Pan => {
                "M12 3v18M3 12h18M12 3 9.5 5.500M12 3l2.5 2.500M12 21l-2.5-2.500M12 21l2.5-2.500M3 12l2.5-2.500M3 12l2.5 2.500M21 12l-2.5-2.500M21 12l-2.5 2.5"
            }
            Self::Patient => {
                "M4 5h16v14H4zM9 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM6 16c.5-1.5 1.6-2.2 3-2.200s2.5.7 3 2.200M14.5 10H18M14.5 13.500H18"
            }
            Self::Pause => "M8.5 5v14M15.5 5v14",
            Self::Play => "M7 4.500v15l12.5-7.500z",
            Self::Plus => "M12 6v12M6 12h12",
            Self::Probe => {
                "m14 6 4 4M11 5l8 8M15.5 4.500a2.5 2.5 0 0 1 4 0 2.5 2.5 0 0 1 0 4L17 11l-4-4zM13.5 9.5 6 17l-2 3 3-2 7.5-7.5"
            }
            Self::Redo => "M20 9H9.500a5 5 0 0 0 0 10H15M20 9l-4.5-4.500M20 9l-4.5 4.5",
            Self::Reset => "M5 5v5h5M5.5 10A7.5 7.5 0 1 1 4.7 14",
            Self::Save => {
                "M7 18.500a4.5 4.5 0 0 1-.6-9A6 6 0 0 1 18 10.700a4 4 0 0 1-1 7.800M12 20v-8M8.8 15 12 11.8 15.2 15"
            }
            Self::Scroll => "M5 7l7-3 7 3-7 3-7-3ZM5 12l7 3 7-3M5 17l7 3 7-3",
            Self::Search => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM20 20l-4.8-4.8",
            Self::Share => "M12 15V4M8 7.5 12 3.500l4 4M8 11H5.500v9.500h13V11H16",
            Self::Shield => {
                "M12 3 5 5.500V11c0 4.7 2.9 8.2 7 10 4.1-1.8 7-5.3 7-10V5.500L12 3ZM9 12l2.2 2.200L15.2 10"
            }
            Self::Sliders => {
                "M4 7h9M17 7h3M4 17h3M11 17h9M15 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM9 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z"
            }
            Self::Tooth => {
                "M12 5.300C10.3 4.2 8.9 3.6 7.6 3.6 5.3 3.6 4 5.5 4 8c0 2.3.9 3.7 1.4 5.8.6 2.6.8 6.6 2.6 6.6 2.2 0 1.5-5.4 4-5.400s1.8 5.4 4 5.400c1.8 0 2-4 2.6-6.600C19.1 11.7 20 10.3 20 8c0-2.5-1.3-4.4-3.6-4.4-1.3 0-2.7.6-4.4 1.700Z"
            }
            Self::Trash => "M4.5 7h15M9.5 7V4h5v3M6.5 7l1 13.500h9l1-13.500M10 11v6M14 11v6",
            Self::Undo => "M4 9h10.500a5 5 0 0 1 0 10H9M4 9l4.5-4.500M4 9l4.5 4.5",
            Self::Warning => "M12 4 2.8 20h18.400L12 4ZM12 10v5M12 17.500v.1",
            Self::Window => "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 4v16M12 8h5M12 12h8M12 16h5",
            Self::Zoom => {
                "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM20 20l-4.8-4.800M10.5 8v5M8 10.500h5"
            }
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
        <svg class=format!("icon {class}") viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=name.path() />
        </svg>
    }
}
