//! Small DICOM files, built element by element.

/// Writes elements in one encoding.
pub struct Writer {
    pub bytes: Vec<u8>,
    explicit: bool,
    big_endian: bool,
}

pub const EXPLICIT_LE: &str = "1.2.840.10008.1.2.1";

impl Writer {
    pub fn new(explicit: bool, big_endian: bool) -> Self {
        Self {
            bytes: Vec::new(),
            explicit,
            big_endian,
        }
    }

    /// Preamble and file meta group.
    pub fn meta(syntax: &str) -> Vec<u8> {
        let mut meta = Self::new(true, false);
        meta.text(0x0002, 0x0002, b"UI", "1.2.840.10008.5.1.4.1.1.2");
        meta.text(0x0002, 0x0010, b"UI", syntax);
        let mut bytes = vec![0; 128];
        bytes.extend_from_slice(b"DICM");
        bytes.extend(meta.bytes);
        bytes
    }

    pub fn u16(&mut self, value: u16) {
        let raw = if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        };
        self.bytes.extend(raw);
    }

    pub fn u32(&mut self, value: u32) {
        let raw = if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        };
        self.bytes.extend(raw);
    }

    pub fn head(&mut self, group: u16, element: u16, vr: &[u8; 2], len: u32) {
        self.u16(group);
        self.u16(element);
        if !self.explicit || group == 0xFFFE {
            self.u32(len);
        } else if [b"OB", b"OW", b"SQ", b"UN", b"UT", b"OF"].contains(&vr) {
            self.bytes.extend_from_slice(vr);
            self.bytes.extend_from_slice(&[0, 0]);
            self.u32(len);
        } else {
            self.bytes.extend_from_slice(vr);
            self.u16(len as u16);
        }
    }

    pub fn text(&mut self, group: u16, element: u16, vr: &[u8; 2], text: &str) {
        let pad = text.len() % 2;
        self.head(group, element, vr, (text.len() + pad) as u32);
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.extend(std::iter::repeat_n(b' ', pad));
    }

    pub fn short(&mut self, group: u16, element: u16, value: u16) {
        self.head(group, element, b"US", 2);
        self.u16(value);
    }
}

/// What a made slice is.
#[derive(Clone)]
pub struct Slice {
    pub rows: u16,
    pub columns: u16,
    pub position: [f64; 3],
    pub orientation: [f64; 6],
    pub number: i64,
    pub series: &'static str,
    pub sop: String,
    pub patient: &'static str,
    pub frame_of_reference: &'static str,
    pub spacing: Option<[f64; 2]>,
    pub acquisition: i64,
    pub extra: Vec<(u16, u16, &'static [u8; 2], String)>,
}

impl Slice {
    /// An axial slice at height `z`.
    pub fn at(z: f64, number: i64) -> Self {
        Self {
            rows: 4,
            columns: 6,
            position: [-3.0, -2.0, z],
            orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            number,
            series: "1.2.3",
            sop: format!("1.2.3.{number}"),
            patient: "Doe^Jane",
            frame_of_reference: "1.2.9",
            spacing: Some([0.5, 0.25]),
            acquisition: 1,
            extra: Vec::new(),
        }
    }

    /// Its stored values: the number of the slice, then the index of the pixel.
    pub fn values(&self) -> Vec<i16> {
        (0..self.rows as i16 * self.columns as i16)
            .map(|i| (self.number as i16) * 100 + i - 50)
            .collect()
    }

    /// The data set up to the pixel data.
    pub fn data_set(&self, explicit: bool, big_endian: bool) -> Writer {
        let list = |numbers: &[f64]| {
            numbers
                .iter()
                .map(|n| n.to_string())
                .collect::<Vec<_>>()
                .join("\\")
        };
        let mut w = Writer::new(explicit, big_endian);
        w.text(0x0008, 0x0005, b"CS", "ISO_IR 192");
        w.text(0x0008, 0x0008, b"CS", "ORIGINAL\\PRIMARY\\AXIAL");
        w.text(0x0008, 0x0016, b"UI", "1.2.840.10008.5.1.4.1.1.2");
        w.text(0x0008, 0x0018, b"UI", &self.sop);
        w.text(0x0008, 0x0060, b"CS", "CT");
        w.text(0x0010, 0x0010, b"PN", self.patient);
        w.text(0x0010, 0x0020, b"LO", self.patient);
        w.text(0x0020, 0x000D, b"UI", "1.2");
        w.text(0x0020, 0x000E, b"UI", self.series);
        w.text(0x0020, 0x0012, b"IS", &self.acquisition.to_string());
        w.text(0x0020, 0x0013, b"IS", &self.number.to_string());
        w.text(0x0020, 0x0032, b"DS", &list(&self.position));
        w.text(0x0020, 0x0037, b"DS", &list(&self.orientation));
        w.text(0x0020, 0x0052, b"UI", self.frame_of_reference);
        w.short(0x0028, 0x0002, 1);
        w.text(0x0028, 0x0004, b"CS", "MONOCHROME2");
        w.short(0x0028, 0x0010, self.rows);
        w.short(0x0028, 0x0011, self.columns);
        if let Some(spacing) = self.spacing {
            w.text(0x0028, 0x0030, b"DS", &list(&spacing));
        }
        w.short(0x0028, 0x0100, 16);
        w.short(0x0028, 0x0101, 16);
        w.short(0x0028, 0x0102, 15);
        w.short(0x0028, 0x0103, 1);
        w.text(0x0028, 0x1052, b"DS", "-1000");
        w.text(0x0028, 0x1053, b"DS", "2");
        for (group, element, vr, text) in &self.extra {
            w.text(*group, *element, vr, text);
        }
        w
    }

    /// The whole file in a native syntax.
    pub fn file(&self, syntax: &str) -> Vec<u8> {
        let (explicit, big_endian) = match syntax {
            "1.2.840.10008.1.2" => (false, false),
            "1.2.840.10008.1.2.2" => (true, true),
            _ => (true, false),
        };
        let mut w = self.data_set(explicit, big_endian);
        let values = self.values();
        w.head(0x7FE0, 0x0010, b"OW", values.len() as u32 * 2);
        for value in values {
            w.u16(value as u16);
        }
        let mut bytes = Writer::meta(syntax);
        bytes.extend(w.bytes);
        bytes
    }
}
