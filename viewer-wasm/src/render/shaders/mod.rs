//! The shaders, as text; the build leaves out their comments. `common.wgsl` goes before the shaders of the views, and how
//! they read the volume before that: [`WHOLE`] or [`FOLDED`], and [`FINE`] or [`COARSER`].

macro_rules! shader {
    ($name:literal) => {
        include_str!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

/// The volume is one texture.
pub const WHOLE: &str = shader!("whole.wgsl");
/// The volume is folded, in one texture or several.
pub const FOLDED: &str = shader!("folded.wgsl");
/// Every voxel is seen.
pub const FINE: &str = shader!("fine.wgsl");
/// A pixel covers more than a voxel.
pub const COARSER: &str = shader!("coarser.wgsl");
/// The volume at half its resolution.
pub const HALVE: &str = concat!(shader!("common.wgsl"), shader!("halve.wgsl"));
/// Planes and slabs.
pub const PLANE: &str = concat!(shader!("common.wgsl"), shader!("plane.wgsl"));
/// Direct volume rendering.
pub const VOLUME: &str = concat!(
    shader!("common.wgsl"),
    shader!("rays.wgsl"),
    shader!("light.wgsl"),
    shader!("volume.wgsl")
);
/// The surface at a value.
pub const SURFACE: &str = concat!(
    shader!("common.wgsl"),
    shader!("rays.wgsl"),
    shader!("light.wgsl"),
    shader!("surface.wgsl")
);
/// Maximum and average.
pub const PROJECTION: &str = concat!(
    shader!("common.wgsl"),
    shader!("rays.wgsl"),
    shader!("projection.wgsl")
);
/// Ambient occlusion.
pub const OCCLUSION: &str = concat!(
    shader!("common.wgsl"),
    shader!("rays.wgsl"),
    shader!("occlusion.wgsl")
);
/// Views onto the canvas.
pub const COMPOSITE: &str = shader!("composite.wgsl");

#[cfg(test)]
mod tests {
    #[test]
    fn every_shader_is_valid() {
        let of_volumes = [
            ("halve", super::HALVE),
            ("plane", super::PLANE),
            ("volume", super::VOLUME),
            ("surface", super::SURFACE),
            ("projection", super::PROJECTION),
            ("occlusion", super::OCCLUSION),
        ];
        let mut all = vec![("composite", super::COMPOSITE.to_owned())];
        for (name, source) in of_volumes {
            for held in [super::WHOLE, super::FOLDED] {
                for seen in [super::FINE, super::COARSER] {
                    all.push((name, [held, seen, source].concat()));
                }
            }
        }
        for (name, source) in &all {
            let module = match naga::front::wgsl::parse_str(source) {
                Ok(module) => module,
                Err(error) => panic!("{name}: {}", error.emit_to_string(source)),
            };
            // No capability beyond what WebGL2 has: an empty set also refuses what only some devices can do.
            let mut validator = naga::valid::Validator::new(
                naga::valid::ValidationFlags::all(),
                naga::valid::Capabilities::empty(),
            );
            if let Err(error) = validator.validate(&module) {
                panic!("{name}: {}", error.emit_to_string(source));
            }
        }
    }
}
