//! Pictures while headers are still being read.
//!
//! The files of a volume are most often named in its order. So the first, the last and the middle one by name are read
//! before the others. If they are two ends and the middle of one series, a volume with a slice for each file is
//! expected between them: its place on the GPU is made, and each slice is put there as its header comes. The views say
//! that this is a preview.
//!
//! What is assembled from all headers decides. Where it is what was expected, filling goes on from there; where it is
//! not, the preview is dropped and everything is drawn anew.
//!
//! A scan that is on screen gives its place to the preview, since three files of a series are no wrong drop. Should nothing
//! come of it all the same, the scan comes back: see `before`.

use super::before::Before;
use super::fill::put_on_screen;
use super::loader::Ticket;
use super::order::decode_order;
use super::pace::{Turn, now_ms, sleep};
use super::pictures::Pictures;
use crate::stage::GpuVolume;
use crate::workspace::{ActiveScan, Workspace};
use futures::channel::oneshot;
use futures::future::{FutureExt, Shared, select};
use futures::lock::Mutex;
use glam::DVec3;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::pin;
use std::rc::Rc;
use viewer_wasm::intake::Instance;
use viewer_wasm::series::{Geometry, Series, SeriesKind, assemble, place_of};
use viewer_wasm::volume::SliceValues;
use wasm_bindgen_futures::spawn_local;
use worker::messages::SliceFacts;

/// Fewer files than this are read before anybody could look at a preview.
const FEWEST_FILES: usize = 8;
/// A slice may lie this part of a voxel beside its expected place.
const TOLERANCE_VOXELS: f64 = 0.1;
/// Two statements of one place differ by less than this part of a voxel.
const SAME_PLACE_VOXELS: f64 = 0.01;

/// Reading goes on after this long, whether the first picture is there or not.
const FIRST_PICTURE_MS: f64 = 300.0;
/// Between two looks whether slices have come.
const NOTHING_WAITS_MS: i32 = 5;

/// A slice that came with its header.
pub(super) type ReadSlice = (Instance, SliceFacts, SliceValues);

/// A volume that is expected, and what of it is on the GPU.
pub(crate) struct Preview {
    ws: Workspace,
    ticket: Ticket,
    scan: Rc<ActiveScan>,
    /// What was on screen.
    before: Cell<Option<Before>>,
    /// For each position the file whose slice is there.
    sent: RefCell<Vec<Option<String>>>,
    /// Slices to be sent: position, file, values.
    waiting: RefCell<VecDeque<(usize, String, SliceValues)>>,
    pictures: Rc<Pictures>,
    /// Held while anything is sent to the GPU.
    sending: Mutex<()>,
    /// Resolves when the first picture is on screen, or nothing comes of it.
    pictured: Shared<oneshot::Receiver<()>>,
    began_ms: f64,
    /// The expected volume, once it has its place there.
    room: Cell<Option<GpuVolume>>,
    over: Cell<bool>,
}

/// The order in which files are best read, for files in the order of their names: both ends and the middle, then every
/// fourth, then the rest.
pub(super) fn reading_order(files: usize) -> Vec<usize> {
    let ends = [0, files.saturating_sub(1)];
    let inner = decode_order(files)
        .into_iter()
        .filter(|at| !ends.contains(at));
    let mut order = if files > 1 {
        ends.to_vec()
    } else {
        vec![0; files]
    };
    order.extend(inner);
    order
}

impl Preview {
    /// Begins a preview if three files look like the ends and the middle of one volume of `files` slices.
    pub fn begin(
        ws: Workspace,
        ticket: Ticket,
        read: &[ReadSlice],
        files: usize,
    ) -> Option<Rc<Self>> {
        if files < FEWEST_FILES {
            return None;
        }
        let [first, last, middle] = read else {
            return None;
        };
        let series = Rc::new(expected_series([&first.0, &last.0, &middle.0], files)?);
        let scan = Rc::new(ActiveScan::expected(series));
        let (told, pictured) = oneshot::channel();
        let preview = Rc::new(Self {
            ws,
            ticket,
            scan,
            before: Cell::new(Before::take(ws)),
            sent: RefCell::new(vec![None; files]),
            waiting: RefCell::default(),
            pictures: Rc::default(),
            sending: Mutex::new(()),
            pictured: pictured.shared(),
            began_ms: now_ms(),
            room: Cell::new(None),
            over: Cell::new(false),
        });
        for (instance, facts, values) in read {
            preview.take(instance, facts, values);
        }
        ws.previewing.set(true);
        put_on_screen(ws, &preview.scan);
        spawn_local(Rc::clone(&preview).send_all(middle.0.clone(), middle.2.clone(), told));
        Some(preview)
    }

    /// Takes in a slice, if it is where this expects one.
    pub fn take(&self, instance: &Instance, facts: &SliceFacts, values: &SliceValues) {
        let Some(k) = self.place_of(instance, facts) else {
            return;
        };
        self.scan.note_range(k, facts.range);
        self.scan.volume.borrow_mut().insert(k, values.clone());
        self.waiting
            .borrow_mut()
            .push_back((k, instance.file.clone(), values.clone()));
    }

    /// Resolves when the first picture is on screen, or some time later if it is not.
    pub fn first_picture(&self) -> impl Future<Output = ()> + use<> {
        let pictured = self.pictured.clone();
        let left_ms = (self.began_ms + FIRST_PICTURE_MS - now_ms()).max(0.0);
        async move {
            let late = pin!(sleep(left_ms as i32));
            // Whichever comes first.
            select(pictured, late).await;
        }
    }

    /// Draws the middle slice alone; then gets room for all of them, and sends them as they come.
    async fn send_all(
        self: Rc<Self>,
        middle: Instance,
        values: SliceValues,
        pictured: oneshot::Sender<()>,
    ) {
        {
            let _sending = self.sending.lock().await;
            self.ws.surface.ready().await;
            if self.ws.surface.draws_on_processor() {
                self.pictures.draw_first(self.ws, self.ticket).await.await;
            } else if let Some(alone) = self.begin_volume(&assemble(vec![middle]).series).await
                && self
                    .ws
                    .surface
                    .upload_slice(alone, 0, &values)
                    .await
                    .is_ok()
            {
                self.pictures.draw_first(self.ws, self.ticket).await.await;
            }
            drop(pictured);
            let all = std::slice::from_ref(&*self.scan.series);
            self.room.set(self.begin_volume(all).await);
        }
        let mut turn = Turn::begin();
        loop {
            let _sending = self.sending.lock().await;
            let Some(room) = self.room.get().filter(|_| self.is_wanted()) else {
                return;
            };
            let next = self.waiting.borrow_mut().pop_front();
            if let Some((k, file, values)) = next {
                if self.ws.surface.upload_slice(room, k, &values).await.is_ok() {
                    self.sent.borrow_mut()[k] = Some(file);
                }
                turn.give_way().await;
            } else {
                sleep(NOTHING_WAITS_MS).await;
            }
            if self.is_wanted() && self.pictures.is_due() {
                self.ws
                    .slices_loaded
                    .set(self.scan.volume.borrow().loaded());
                spawn_local(self.pictures.draw(self.ws, self.ticket).await);
            }
        }
    }

    /// Gets a texture for a series.
    async fn begin_volume(&self, series: &[Series]) -> Option<GpuVolume> {
        let [series] = series else { return None };
        let range = self.scan.expected_range();
        let begun = self
            .ws
            .surface
            .begin_volume(series, range, || self.is_wanted());
        begun.await.ok()
    }

    fn is_wanted(&self) -> bool {
        !self.over.get() && self.ticket.is_valid()
    }

    /// Where a file's slice belongs in the expected volume.
    fn place_of(&self, instance: &Instance, facts: &SliceFacts) -> Option<usize> {
        let expected = &self.scan.series;
        let (known, identity) = (&expected.instances.first()?.identity, &instance.identity);
        let same_patient = known.patient_id == identity.patient_id
            && known.patient_name == identity.patient_name
            && known.patient_birth_date == identity.patient_birth_date;
        if facts.value_type != expected.value_type
            || known.series_uid != identity.series_uid
            || !same_patient
        {
            return None;
        }
        let (geometry, rescale) = place_of(instance)?;
        let alike = expected.rescale.first() == Some(&rescale);
        index_of(&expected.geometry, &geometry).filter(|_| alike)
    }

    /// Ends the preview. If a series is what was expected, with every slice that was shown in its place, the volume on the
    /// GPU is the series' own.
    pub async fn becomes(&self, series: &Series) -> Option<GpuVolume> {
        // Before the wait: whoever sends looks at it before each slice.
        self.over.set(true);
        let _sending = self.sending.lock().await;
        self.ws.previewing.set(false);
        let expected = &self.scan.series;
        let mut exists = vec![false; series.geometry.dims[2]];
        for slice in &series.slices {
            if let Some(exists) = exists.get_mut(slice.index) {
                *exists = true;
            }
        }
        let sent = self.sent.borrow();
        let is_expected = series.interpolated.is_empty()
            && series.value_type == expected.value_type
            && same_place(&expected.geometry, &series.geometry)
            && sent.len() == exists.len()
            && sent
                .iter()
                .zip(exists)
                .all(|(sent, exists)| sent.is_none() || exists);
        self.room.get().filter(|_| is_expected)
    }

    /// Whether a position shows the slice of a file.
    pub fn shows(&self, k: usize, file: &str) -> bool {
        self.sent
            .borrow()
            .get(k)
            .is_some_and(|sent| sent.as_deref() == Some(file))
    }

    /// Whether the views show it, and nothing newer.
    pub fn is_on_screen(&self) -> bool {
        self.ws.scan.with_value(|scan| {
            scan.as_ref()
                .is_some_and(|scan| Rc::ptr_eq(scan, &self.scan))
        })
    }

    /// Takes the preview off the screen, because nothing came of it; what was there before comes back.
    pub fn discard(&self) {
        self.over.set(true);
        self.ws.previewing.set(false);
        self.ws.scan.set_value(None);
        self.ws.surface.drop_volume();
        self.ws.slices_loaded.set(0);
        self.ws
            .scan_generation
            .update(|generation| *generation += 1);
        if let Some(before) = self.before.take() {
            before.bring_back(self.ws);
        }
    }
}

/// The volume of `slices` regular slices, of which three are its first, its last and its middle one.
fn expected_series([first, last, middle]: [&Instance; 3], slices: usize) -> Option<Series> {
    let mut assembled = assemble(vec![first.clone(), last.clone(), middle.clone()]).series;
    let mut series = assembled.pop().filter(|_| assembled.is_empty())?;
    let alike = series
        .rescale
        .iter()
        .all(|rescale| *rescale == series.rescale[0]);
    if series.kind == SeriesKind::Image || series.slices.len() != 3 || !alike {
        return None;
    }
    let origin = |instance: &Instance| {
        let (geometry, _) = place_of(instance)?;
        Some(DVec3::from_array(geometry.origin_mm))
    };
    let (from, to) = (origin(first)?, origin(last)?);
    let steps = slices.checked_sub(1).filter(|steps| *steps > 0)? as f64;
    let step_mm = from.distance(to) / steps;
    let expected = from.lerp(to, (slices / 2) as f64 / steps);
    if expected.distance(origin(middle)?) > TOLERANCE_VOXELS * step_mm {
        return None;
    }
    series.geometry.dims[2] = slices;
    series.geometry.spacing_mm[2] = step_mm;
    series.rescale = vec![series.rescale[0]; slices];
    series.interpolated.clear();
    series.warnings.clear();
    Some(series)
}

/// The position in a volume at which a single slice lies, with all its voxels.
fn index_of(volume: &Geometry, slice: &Geometry) -> Option<usize> {
    let [columns, rows, slices] = volume.dims;
    if slice.dims[..2] != volume.dims[..2] {
        return None;
    }
    let volume_from_slice = volume.voxel_from_patient() * slice.patient_from_voxel();
    let k = volume_from_slice.transform_point3(DVec3::ZERO).z.round();
    let (last_column, last_row) = (columns as f64 - 1.0, rows as f64 - 1.0);
    let near = [(0.0, 0.0), (last_column, 0.0), (0.0, last_row)]
        .into_iter()
        .all(|(x, y)| {
            let there = volume_from_slice.transform_point3(DVec3::new(x, y, 0.0));
            there.distance(DVec3::new(x, y, k)) <= TOLERANCE_VOXELS
        });
    (near && k >= 0.0 && k < slices as f64).then_some(k as usize)
}

/// Whether every voxel of two volumes lies at one place.
fn same_place(a: &Geometry, b: &Geometry) -> bool {
    let between = a.voxel_from_patient() * b.patient_from_voxel();
    let last = DVec3::from_array(b.dims.map(|n| n.saturating_sub(1) as f64));
    let corners = [
        DVec3::ZERO,
        DVec3::new(last.x, 0.0, 0.0),
        DVec3::new(0.0, last.y, 0.0),
        DVec3::new(0.0, 0.0, last.z),
    ];
    a.dims == b.dims
        && corners
            .iter()
            .all(|corner| between.transform_point3(*corner).distance(*corner) <= SAME_PLACE_VOXELS)
}

#[cfg(test)]
mod tests {
    use super::{expected_series, index_of, reading_order, same_place};
    use glam::DVec3;
    use viewer_wasm::intake::{Identity, ImageAttributes, Instance, PixelLocation};
    use viewer_wasm::phantom::Phantom;
    use viewer_wasm::series::Geometry;

    fn geometry(slices: usize) -> Geometry {
        let mut geometry = Phantom::dental(16).series().geometry;
        geometry.dims[2] = slices;
        geometry
    }

    #[test]
    fn ends_and_middle_come_first_and_none_is_left_out() {
        let order = reading_order(40);
        assert_eq!(order[..3], [0, 39, 20]);
        let mut all = order;
        all.sort_unstable();
        assert_eq!(all, (0..40).collect::<Vec<_>>());
        assert_eq!(reading_order(1), [0]);
        assert_eq!(reading_order(2), [0, 1]);
        assert!(reading_order(0).is_empty());
    }

    #[test]
    fn a_place_is_a_slice_only_near_one() {
        let geometry = geometry(16);
        let at = |x: f64, z: f64| {
            let point = DVec3::new(x, 0.0, z);
            let origin = geometry.patient_from_voxel().transform_point3(point);
            let slice = Geometry {
                origin_mm: origin.to_array(),
                dims: [geometry.dims[0], geometry.dims[1], 1],
                ..geometry
            };
            index_of(&geometry, &slice)
        };
        assert_eq!(at(0.0, 5.0), Some(5));
        assert_eq!(at(0.05, 5.05), Some(5));
        assert_eq!(at(0.0, 5.2), None);
        assert_eq!(at(0.3, 5.0), None);
        assert_eq!(at(0.0, 16.0), None);
        assert_eq!(at(0.0, -1.0), None);
        // At the right point, but in another plane or of other pixels.
        let mut turned = geometry;
        turned.direction.swap(0, 3);
        turned.direction.swap(1, 4);
        turned.direction.swap(2, 5);
        assert_eq!(index_of(&geometry, &turned), None);
        let mut larger = geometry;
        larger.spacing_mm[0] *= 1.5;
        assert_eq!(index_of(&geometry, &larger), None);
    }

    #[test]
    fn a_volume_elsewhere_is_another() {
        let expected = geometry(16);
        assert!(same_place(&expected, &expected));
        let mut moved = expected;
        moved.origin_mm[1] += expected.spacing_mm[1] * 0.02;
        assert!(!same_place(&expected, &moved));
        let mut stretched = expected;
        stretched.spacing_mm[2] *= 1.002;
        assert!(!same_place(&expected, &stretched));
        assert!(!same_place(&expected, &geometry(15)));
    }

    fn slice(geometry: &Geometry, k: usize, file: &str) -> Instance {
        let point = DVec3::new(0.0, 0.0, k as f64);
        let position = geometry.patient_from_voxel().transform_point3(point);
        let [columns, rows, _] = geometry.dims;
        Instance {
            file: file.to_owned(),
            attributes: ImageAttributes {
                modality: "CT".to_owned(),
                rows: rows as u32,
                columns: columns as u32,
                frames: 1,
                samples_per_pixel: 1,
                photometric: "MONOCHROME2".to_owned(),
                bits_allocated: 16,
                bits_stored: 16,
                position_mm: Some(position.to_array()),
                orientation: geometry.direction.first_chunk().copied(),
                pixel_spacing_mm: Some([geometry.spacing_mm[1], geometry.spacing_mm[0]]),
                ..ImageAttributes::default()
            },
            identity: Identity {
                series_uid: Some("1.2.3".to_owned()),
                ..Identity::default()
            },
            pixels: PixelLocation::default(),
        }
    }

    #[test]
    fn a_volume_is_expected_between_two_ends_and_their_middle() {
        let geometry = geometry(16);
        let of = |k, file| slice(&geometry, k, file);
        let (first, last, middle) = (of(0, "a"), of(15, "c"), of(8, "b"));
        let expected = expected_series([&first, &last, &middle], 16).map(|series| series.geometry);
        assert!(expected.is_some_and(|expected| same_place(&expected, &geometry)));
        // Named the other way round, the volume is the same.
        let named = [&last, &first, &of(7, "b")];
        let expected = expected_series(named, 16).map(|series| series.geometry);
        assert!(expected.is_some_and(|expected| same_place(&expected, &geometry)));
        // Names that are in no order of the slices let nothing be expected.
        assert!(expected_series([&middle, &last, &first], 16).is_none());
        assert!(expected_series([&first, &last, &of(3, "b")], 16).is_none());
    }
}
