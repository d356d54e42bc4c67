//! The shaders, as text; the build leaves out their comments. `common.wgsl` goes before the shaders of the views, and how
//! the volume is held ([`WHOLE`] or [`FOLDED`]) and how much of it is seen ([`FINE`] or [`COARSER`]) before that.

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
/// Volume rendering.
pub const VOLUME: &str = concat!(shader!("common.wgsl"), shader!("volume.wgsl"));
/// Views onto the canvas.
pub const COMPOSITE: &str = shader!("composite.wgsl");

#[cfg(test)]
mod tests {
    #[test]
    fn every_shader_is_valid() {
        let of_views = [
            ("plane", super::PLANE),
            ("volume", super::VOLUME),
            ("halve", super::HALVE),
        ];
        let held = of_views.into_iter().flat_map(|(name, source)| {
            [super::WHOLE, super::FOLDED]
                .into_iter()
                .flat_map(move |held| {
                    [super::FINE, super::COARSER].map(|seen| (name, [held, seen, source].concat()))
                })
        });
        for (name, source) in held.chain([("composite", super::COMPOSITE.to_owned())]) {
            let source = source.as_str();
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
