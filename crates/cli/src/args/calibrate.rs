//! `dianzhi calibrate` and its flags.

use super::words::Words;
use clap::Command;

pub(super) fn calibrate(words: &Words) -> Command {
    words
        .command(
            "calibrate",
            "测算：由一至三年的历史病例得出病组权重、机构系数、床日费率和预测点值",
            "find group weights, hospital coefficients, per-diem rates and a forecast from one to three years of claims",
        )
        .override_usage(words.pick(
            "dianzhi calibrate [选项] --out <DIR> <CALIBRATION.toml>",
            "dianzhi calibrate [OPTIONS] --out <DIR> <CALIBRATION.toml>",
        ))
        .args([
            words.toml("calibration", "CALIBRATION.toml", "测算文件：历史年度、裁剪、稳定性、权重方法", "the calibration file: years of history, trimming, stability, how weights are found"),
            words.results("结果目录；要么整体出现，要么不出现", "the folder of the results; it appears whole or not at all"),
            words.threads(),
            words.max_rejects(),
            words.flag(
                "replace",
                "整体替换已有的结果目录",
                "exchange an existing folder of results as a whole",
            ),
            words.progress(),
            words.json(),
        ])
}
