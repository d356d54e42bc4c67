//! The shaders, as text. `common.wgsl` goes before the shaders of the views.

/// Planes and slabs.
pub const PLANE: &str = concat!(include_str!("common.wgsl"), include_str!("plane.wgsl"));
/// Volume rendering.
pub const VOLUME: &str = concat!(include_str!("common.wgsl"), include_str!("volume.wgsl"));
/// Views onto the canvas.
pub const COMPOSITE: &str = include_str!("composite.wgsl");

#[cfg(test)]
mod tests {
    #[test]
    fn every_shader_is_valid() {
        for (name, source) in [
            ("plane", super::PLANE),
            ("volume", super::VOLUME),
            ("composite", super::COMPOSITE),
        ] {
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
