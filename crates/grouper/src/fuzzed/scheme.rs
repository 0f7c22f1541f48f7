//! Any tables, and any bytes as a package.

use super::atoms;
use super::known::{Both, are_sound};
use super::parts::{parts, replaced};
use super::stay::Stay;
use crate::error;
use crate::scheme::{Scheme, diff};
use dianzhi_policy::Diagnostics;

/// Records that are grouped by every scheme that reads; `#` counts the scheme's own codes.
const RECORDS: &str = "\
1;50;;;9;0;;A01;1\n#0|#1|#2|#3|#4|#5\n#0|#1|#2|#3

2;0;5;1400;30;7201;;ICU;4\n#1|#0|#6|#7\n#1

1;0;28;0;0;;;;\n#2|#3|-|#0\n

2;17;;;7;-1;;X;5\n#3|#2|#8|#9|#10\n#2|#0|#4|#5|#6

9;50\n#0\n#0";

/// `== NAME` files take the place of those of a scheme of every atom; `TAR ` and an archive are
/// compressed first; anything else is a package as it stands.
fn read(data: &[u8]) -> Result<Scheme, Diagnostics> {
    if data.starts_with(b"== ") {
        let base = atoms::tables();
        return Scheme::of_files(&replaced(&base, &parts(data)));
    }
    match data.strip_prefix(b"TAR ") {
        Some(archive) => Scheme::of_package("p.dzs", &zstd::encode_all(archive, 1).unwrap()),
        None => Scheme::of_package("p.dzs", data),
    }
}

/// Every mistake has a code and a place. What reads is looked at in every way: its remarks have
/// codes, it does not differ from itself or from what was packed of it, and the engine groups by
/// it as the model does.
pub fn scheme(data: &[u8]) {
    match read(data) {
        Err(mistakes) => are_sound(&mistakes.0),
        Ok(scheme) => {
            looked_at(&scheme);
            if data.starts_with(b"== ") {
                let packed = Scheme::pack_files(replaced(&atoms::tables(), &parts(data))).unwrap();
                let again = Scheme::of_package("p.dzs", &packed.bytes).unwrap();
                assert_eq!(diff(&scheme, &again), []);
                assert_eq!(scheme.header(), again.header());
                assert_eq!(scheme.remarks(), again.remarks());
            }
        }
    }
}

/// What every scheme must stand.
pub(super) fn looked_at(scheme: &Scheme) {
    for remark in scheme.remarks() {
        assert!(error::all().iter().any(|code| code.id == remark.code), "{remark:?}");
        assert!(remark.lines.iter().all(|&line| line > 1), "{remark:?}");
        assert!(!Diagnostics::from(remark.diagnostic()).to_string().is_empty());
    }
    let _ = serde_json::to_string(&scheme.tree()).unwrap();
    assert_eq!(diff(scheme, scheme), []);
    let both = Both::new(scheme);
    let [diagnoses, procedures] = &both.vocabulary;
    both.check(&Stay::all(RECORDS, [diagnoses, procedures]));
}

#[cfg(test)]
pub(super) fn is_read(data: &[u8]) -> bool {
    read(data).is_ok()
}
