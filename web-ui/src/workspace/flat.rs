//! What is particular to a flat image: its frames, turning it, its windows and tables.

use super::{ActiveScan, Workspace};
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::flat::{Voi, orientation};
use viewer_wasm::intake::{DisplayAttributes, VoiFunction};
use viewer_wasm::series::SeriesKind;
use viewer_wasm::view::{ViewId, Window};

impl Workspace {
    /// The image on screen, if what is there is one. Tracks, as [`Workspace::active_scan`].
    pub fn active_image(self) -> Option<Rc<ActiveScan>> {
        self.active_scan()
            .filter(|scan| scan.series.kind == SeriesKind::Image)
    }

    /// Which of how many frames is looked at, from 0. Tracks.
    pub fn image_frame(self) -> Option<(usize, usize)> {
        let geometry = self.active_image()?.series.geometry;
        let view = self.image.get();
        Some((orientation::frame_of(&view, &geometry), geometry.dims[2]))
    }

    /// Looks at another frame, if it is there.
    pub fn show_frame(self, k: usize) {
        let Some(geometry) = self.geometry_now() else {
            return;
        };
        self.image
            .update(|view| *view = orientation::on_frame(view, &geometry, k));
    }

    pub(super) fn step_frames(self, steps: f64) {
        if let Some((at, _)) = untrack(|| self.image_frame()) {
            // Beyond the ends the view stops at the last.
            self.show_frame((at as f64 + steps).max(0.0) as usize);
        }
    }

    /// Turns the picture by 90 degrees clockwise.
    pub fn turn_image(self) {
        self.image.update(|view| *view = orientation::turned(view));
        self.fit_turned();
    }

    /// Exchanges left and right.
    pub fn mirror_image(self) {
        self.image
            .update(|view| *view = orientation::mirrored(view));
    }

    fn fit_turned(self) {
        let moved = self
            .framing
            .with_value(|framing| framing.is_moved(ViewId::Image));
        if !moved {
            self.refit(ViewId::Image);
        }
    }

    /// How grey values become brightness now. Tracks.
    pub fn image_voi(self, display: &DisplayAttributes) -> Voi {
        let table = self
            .voi_table
            .get()
            .and_then(|at| display.voi_luts.get(at).cloned());
        table.map_or_else(
            || Voi::Window(self.window.get(), display.voi_function),
            Voi::Table,
        )
    }

    /// The first window or table of the header; else every value of an 8-bit image, which was meant to be seen as it is,
    /// and the bulk of any other. False if what is shown is no image.
    pub(super) fn choose_image_window(self) -> bool {
        let Some(scan) = untrack(|| self.active_image()) else {
            return false;
        };
        let image = &scan.series.instances[0].attributes;
        let display = &image.display;
        let of_header = scan
            .series
            .window
            .map(|(center, width)| Window::new(center, width));
        self.voi_table
            .set((of_header.is_none() && !display.voi_luts.is_empty()).then_some(0));
        let plain = image.bits_stored <= 8 && !image.signed && display.modality_lut.is_none();
        let window = of_header.or_else(|| {
            if plain {
                let most = f64::from((1u16 << image.bits_stored) - 1);
                let rescale = scan.series.rescale[0];
                Some(whole(
                    rescale.apply(0.0),
                    rescale.apply(most),
                    display.voi_function,
                ))
            } else {
                self.auto_window()
            }
        });
        if let Some(window) = window {
            self.put_window(window);
        }
        true
    }

    /// The window from the least to the greatest value that is there, padding left out.
    pub fn full_window(self) -> Option<Window> {
        let scan = untrack(|| self.active_image())?;
        let (low, high) = scan.volume.borrow().value_range()?;
        let function = scan.series.instances[0].attributes.display.voi_function;
        Some(whole(low, high, function))
    }

    /// Uses a table of the image in the window's place.
    pub fn use_voi_table(self, at: usize) {
        self.framing
            .update_value(|framing| framing.window_set = true);
        self.voi_table.set(Some(at));
    }
}

/// The window in which `low` is black and `high` white.
fn whole(low: f64, high: f64, function: VoiFunction) -> Window {
    let (low, high) = (low.min(high), low.max(high));
    match function {
        // Its width counts both ends, and its centre is half a value to the right (PS3.3 C.11.2.1.2.1).
        VoiFunction::Linear => Window::new((low + high) / 2.0 + 0.5, high - low + 1.0),
        VoiFunction::LinearExact | VoiFunction::Sigmoid => {
            Window::new((low + high) / 2.0, high - low)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_range_goes_from_black_to_white() {
        for function in [VoiFunction::Linear, VoiFunction::LinearExact] {
            let voi = Voi::Window(whole(0.0, 255.0, function), function);
            let shown =
                [0.0, 51.0, 254.0, 255.0].map(|value| (voi.brightness(value) * 255.0).round());
            assert_eq!(shown, [0.0, 51.0, 254.0, 255.0], "{function:?}");
        }
    }
}
