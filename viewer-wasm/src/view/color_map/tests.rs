//! The maps' claims, measured from the colours that come out: back to CIELAB, and as others see them.

use super::*;

const COLORED: [ColorMap; 3] = [ColorMap::Heat, ColorMap::Ice, ColorMap::Dusk];
const STEPS: usize = 64;

fn linear(rgb: [f64; 3]) -> [f64; 3] {
    rgb.map(|part| {
        if part > 0.040_45 {
            ((part + 0.055) / 1.055).powf(2.4)
        } else {
            part / 12.92
        }
    })
}

/// L*, a*, b* of linear sRGB. The matrix is that of IEC 61966-2-1, not the inverse of ours.
fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let xyz = [
        0.4124 * r + 0.3576 * g + 0.1805 * b,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        0.0193 * r + 0.1192 * g + 0.9505 * b,
    ];
    let white = [0.9505, 1.0, 1.089];
    let [x, y, z] = std::array::from_fn(|n| {
        let share: f64 = xyz[n] / white[n];
        if share > 216.0 / 24389.0 {
            share.cbrt()
        } else {
            share * (24389.0 / 27.0) / 116.0 + 16.0 / 116.0
        }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn along(map: ColorMap) -> impl Iterator<Item = [f64; 3]> {
    (0..=STEPS).map(move |step| map.color(step as f64 / STEPS as f64))
}

fn difference([l, a, b]: [f64; 3], [m, c, d]: [f64; 3]) -> f64 {
    ((l - m).powi(2) + (a - c).powi(2) + (b - d).powi(2)).sqrt()
}

#[test]
fn lightness_rises_in_even_steps_from_black_to_white() {
    for map in COLORED {
        for (step, rgb) in along(map).enumerate() {
            let even = 100.0 * step as f64 / STEPS as f64;
            let [lightness, ..] = lab(linear(rgb));
            assert!(
                (lightness - even).abs() < 0.1,
                "{}: {lightness} instead of {even}",
                map.name()
            );
        }
        assert!(map.color(-1.0).iter().all(|part| *part < 1e-6));
        assert!(map.color(2.0).iter().all(|part| *part > 1.0 - 1e-3));
    }
}

/// A step that lightness makes even may still jump in hue.
#[test]
fn no_step_differs_much_more_than_another() {
    for map in COLORED {
        let labs: Vec<_> = along(map).map(|rgb| lab(linear(rgb))).collect();
        let steps = labs.windows(2).map(|pair| difference(pair[0], pair[1]));
        let (least, most) = steps.fold((f64::INFINITY, 0.0f64), |(least, most), step| {
            (least.min(step), most.max(step))
        });
        assert!(most < 4.0 * least, "{}: {least} to {most}", map.name());
    }
}

#[test]
fn the_maps_are_colourful_and_unlike_each_other() {
    let middle = |map: ColorMap, place| lab(linear(map.color(place)));
    for map in COLORED {
        let [_, a, b] = middle(map, 0.3);
        assert!(a.hypot(b) > 30.0, "{}: {a} {b}", map.name());
        for other in COLORED.into_iter().filter(|other| *other != map) {
            let apart = (1..10)
                .map(|n| f64::from(n) / 10.0)
                .map(|place| difference(middle(map, place), middle(other, place)))
                .fold(0.0, f64::max);
            assert!(apart > 25.0, "{} and {}", map.name(), other.name());
        }
    }
}

/// As somebody sees it who lacks the receptors for long or for middle waves: F. Viénot, H. Brettel, J. D. Mollon, "Digital
/// video colourmaps for checking the legibility of displays by dichromats", Color Research and Application 24(4), 1999:
/// without its reduction of the range, which would only darken both alike.
fn by_dichromat([r, g, b]: [f64; 3], lacks_long: bool) -> [f64; 3] {
    let long = 17.8824 * r + 43.5161 * g + 4.11935 * b;
    let middle = 3.45565 * r + 27.1554 * g + 3.86714 * b;
    let short = 0.0299566 * r + 0.184309 * g + 1.46709 * b;
    let (long, middle) = if lacks_long {
        (2.02344 * middle - 2.52581 * short, middle)
    } else {
        (long, 0.494207 * long + 1.24827 * short)
    };
    [
        0.080_944 * long - 0.130_504 * middle + 0.116_721 * short,
        -0.010_248_5 * long + 0.054_019_4 * middle - 0.113_615 * short,
        -0.000_365_294 * long - 0.004_121_63 * middle + 0.693_513 * short,
    ]
}

#[test]
fn dusk_is_as_legible_without_a_difference_of_red_and_green() {
    for lacks_long in [false, true] {
        let seen: Vec<_> = along(ColorMap::Dusk)
            .map(|rgb| {
                let all = linear(rgb);
                (lab(all), lab(by_dichromat(all, lacks_long)))
            })
            .collect();
        for (n, (all, less)) in seen.iter().enumerate() {
            if let Some((_, next)) = seen.get(n + 1) {
                assert!(
                    next[0] > less[0] + 0.7,
                    "lightness rises: {less:?} {next:?}"
                );
            }
            // What lies a quarter of the map apart is told apart nearly as well.
            if let Some((all_later, less_later)) = seen.get(n + STEPS / 4) {
                let (whole, left) = (difference(*all, *all_later), difference(*less, *less_later));
                assert!(left > 0.8 * whole, "{n}: {left} of {whole}");
            }
        }
    }
}

#[test]
fn names_go_both_ways() {
    for map in ColorMap::ALL {
        assert_eq!(ColorMap::from_name(map.name()), Some(map));
    }
    assert_eq!(ColorMap::from_name("rainbow"), None);
}

#[test]
fn grey_is_the_screens_own() {
    let palette = ColorMap::Grey.palette();
    assert!((0..=255u8).all(|step| palette[usize::from(step)] == [step; 3]));
}
