//! Files within one input: each begins with a line `== NAME`.

use crate::scheme::tables::File;

/// The named parts of an input; what stands before the first is left out.
pub(super) fn parts(data: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = Vec::new();
    for line in data.split_inclusive(|&byte| byte == b'\n') {
        if let Some(name) = line.strip_prefix(b"== ") {
            let name = String::from_utf8_lossy(name).trim_end().to_owned();
            found.push((name, Vec::new()));
        } else if let Some((_, text)) = found.last_mut() {
            text.extend_from_slice(line);
        }
    }
    found
}

/// Some files with those of an input in the place of, or beside, theirs; `-NAME` takes one away.
pub(super) fn replaced(base: &[(&str, &str)], parts: &[(String, Vec<u8>)]) -> Vec<File> {
    let mut files: Vec<File> = base
        .iter()
        .map(|(name, text)| File {
            name: (*name).to_owned(),
            bytes: text.as_bytes().to_vec(),
        })
        .collect();
    for (name, bytes) in parts {
        let gone = name.strip_prefix('-').unwrap_or(name);
        files.retain(|file| file.name != gone);
        if gone == name {
            files.push(File {
                name: name.clone(),
                bytes: bytes.clone(),
            });
        }
    }
    files
}
