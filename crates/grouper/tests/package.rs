//! A damaged or ambiguous package is refused, never read as another scheme.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use dianzhi_grouper::Scheme;
use std::path::Path;

fn teaching() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/group-claims/teaching.dzs");
    std::fs::read(path).unwrap()
}

/// Seen to fail with a package without a checksum.
#[test]
fn no_flipped_bit_makes_another_scheme() {
    let sound = teaching();
    let read = |bytes: &[u8]| Scheme::of_package("p.dzs", bytes).map(|scheme| format!("{scheme:?}"));
    let expected = read(&sound).unwrap();
    let mut refused = 0;
    for bit in 0..sound.len() * 8 {
        let mut damaged = sound.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        match read(&damaged) {
            Err(_) => refused += 1,
            Ok(found) => assert!(found == expected, "bit {bit} makes another scheme"),
        }
    }
    assert!(
        refused * 100 > sound.len() * 8 * 99,
        "only {refused} of {} bits",
        sound.len() * 8
    );
}

/// The members of the teaching package, and more; each seen to be read without a word before.
#[test]
fn what_an_archive_may_not_hold() {
    let plain = zstd::decode_all(teaching().as_slice()).unwrap();
    let mut members = Vec::new();
    for entry in tar::Archive::new(plain.as_slice()).entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
        members.push((entry.path().unwrap().display().to_string(), content));
    }
    let packed = |members: &[(String, Vec<u8>)], behind: &[u8]| {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, content) in members {
            let mut header = tar::Header::new_ustar();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append_data(&mut header, name, content.as_slice()).unwrap();
        }
        let mut plain = builder.into_inner().unwrap();
        plain.extend_from_slice(behind);
        zstd::encode_all(plain.as_slice(), 1).unwrap()
    };
    let refused = |bytes: &[u8]| Scheme::of_package("p.dzs", bytes).unwrap_err().to_string();
    assert!(Scheme::of_package("p.dzs", &packed(&members, &[0; 1024])).is_ok());
    let dotted: Vec<_> = members
        .iter()
        .map(|(name, content)| (format!("./{name}"), content.clone()))
        .collect();
    assert!(Scheme::of_package("p.dzs", &packed(&dotted, &[])).is_ok());
    for name in ["drg.tsv", "backup/drg.tsv", "./scheme/drg.tsv"] {
        let mut more = members.clone();
        more.insert(0, (name.to_owned(), members[0].1.clone()));
        let told = refused(&packed(&more, &[]));
        assert!(
            told.contains("[S110]") && told.contains("in a folder, or there twice"),
            "{name}: {told}"
        );
    }
    let two = packed(&members, &plain);
    assert!(refused(&two).contains("more behind the end"), "{}", refused(&two));
}
