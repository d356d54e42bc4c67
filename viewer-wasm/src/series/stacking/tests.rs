use glam::DQuat;

use super::super::Rescale;
use super::super::frame::Spacing;
use super::*;
use crate::intake::ImageAttributes;

/// The rule as it is written down: each frame against each stack, in turn.
fn one_by_one(instances: &[Instance], frames: Vec<Frame>) -> (Vec<Vec<Frame>>, bool) {
    let mut stacks: Vec<Vec<Frame>> = Vec::new();
    let mut mixed = false;
    for frame in frames {
        let mut place = None;
        for (at, stack) in stacks.iter().enumerate() {
            if alike(instances, &frame, &stack[0]) {
                place = Some(at);
                break;
            }
            if let (Some(a), Some(b)) = (&frame.plane, &stack[0].plane) {
                mixed |= !parallel(a, b);
            }
        }
        match place {
            Some(at) => stacks[at].push(frame),
            None => stacks.push(vec![frame]),
        }
    }
    (stacks, mixed)
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn unit(&mut self) -> f64 {
        self.below(1 << 30) as f64 / f64::from(1 << 30)
    }
}

fn image(rows: u32, frames: u32, modality: &str) -> Instance {
    Instance {
        file: String::new(),
        attributes: ImageAttributes {
            rows,
            columns: 5,
            frames,
            samples_per_pixel: 1,
            modality: modality.to_owned(),
            ..ImageAttributes::default()
        },
        identity: Default::default(),
        pixels: Default::default(),
    }
}

fn frame(instance: usize, number: u32, spacing: Spacing, turn: Option<DQuat>) -> Frame {
    Frame {
        instance,
        frame: number,
        plane: turn.map(|turn| Plane {
            position: DVec3::ZERO,
            row: turn * DVec3::X,
            column: turn * DVec3::Y,
        }),
        position: None,
        derived_position: false,
        spacing,
        thickness_mm: None,
        step_mm: None,
        location_mm: None,
        number: 0,
        rescale: Rescale::IDENTITY,
        window: None,
        marks: [None; 4],
    }
}

/// Frames whose differences lie about the tolerances: spacings by parts of a thousandth, directions by parts of 0.1
/// degrees, about axes and about nothing in particular.
fn frames(random: &mut Random, instances: &[Instance], count: u32) -> Vec<Frame> {
    let base = [
        DQuat::IDENTITY,
        DQuat::from_rotation_y(1.1),
        DQuat::from_euler(glam::EulerRot::ZXY, 0.4, -0.7, 1.9),
    ][random.below(3) as usize];
    (0..count)
        .map(|number| {
            let instance = random.below(instances.len() as u64) as usize;
            let about = |random: &mut Random, mm: f64| mm * (1.0 + 0.003 * (random.unit() - 0.5));
            let spacing = match random.below(8) {
                0 => Spacing::Unknown,
                1 => Spacing::Imager([about(random, 0.2), about(random, 0.2)]),
                2 => Spacing::Patient([0.2, 0.3]),
                _ => Spacing::Patient([about(random, 0.2), about(random, 0.3)]),
            };
            let axis = DVec3::new(
                random.unit() - 0.5,
                random.unit() - 0.5,
                random.unit() - 0.5,
            );
            let angle = match random.below(4) {
                0 => 0.0,
                1 => random.unit() * 0.004,
                2 => 0.1_f64.to_radians(),
                _ => random.unit() * 0.001,
            };
            let turn = DQuat::from_axis_angle(axis.normalize_or(DVec3::X), angle) * base;
            let turn = (random.below(5) > 0).then_some(turn);
            frame(instance, number, spacing, turn)
        })
        .collect()
}

fn names(stacks: &[Vec<Frame>]) -> Vec<Vec<(usize, u32)>> {
    let names = |stack: &Vec<Frame>| stack.iter().map(|f| (f.instance, f.frame)).collect();
    stacks.iter().map(names).collect()
}

#[test]
fn the_cells_find_what_comparing_each_with_each_finds() {
    let instances = [
        image(4, 1, "CT"),
        image(4, 1, "DX"),
        image(4, 9, "CT"),
        image(6, 9, "DX"),
        image(4, 1, "MR"),
    ];
    let (mut several, mut agreed) = (0, 0);
    for seed in 0..400 {
        let mut random = Random(seed);
        let count = 1 + random.below(90) as u32;
        let some = 1 + random.below(instances.len() as u64) as usize;
        let frames = frames(&mut random, &instances[..some], count);
        let (expected, expected_mixed) = one_by_one(&instances, frames.clone());
        let (found, mixed) = stacks(&instances, frames);
        assert_eq!(names(&found), names(&expected), "seed {seed}");
        assert_eq!(mixed, expected_mixed, "seed {seed}");
        several += usize::from(found.len() > 1);
        agreed += usize::from(!mixed);
    }
    assert!(several > 100 && agreed > 10, "{several} {agreed}");
}

/// Directions that agree two by two, though their bounds are wider than the tolerance.
#[test]
fn directions_about_a_circle_agree() {
    let instances = [image(4, 64, "CT")];
    let turned = |radius: f64| -> Vec<Frame> {
        (0..64)
            .map(|number| {
                let angle = f64::from(number) * std::f64::consts::TAU / 64.0;
                let axis = DVec3::new(angle.cos(), angle.sin(), 0.0);
                let turn = DQuat::from_axis_angle(axis, radius.to_radians());
                let mm = 0.1 * f64::from(1 + number);
                frame(0, number, Spacing::Patient([mm, mm]), Some(turn))
            })
            .collect()
    };
    for (radius, differ) in [(0.049, false), (0.051, true)] {
        let (found, mixed) = stacks(&instances, turned(radius));
        assert_eq!((found.len(), mixed), (64, differ), "{radius}");
    }
}
