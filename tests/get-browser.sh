#!/bin/sh
# The browser tests want the system's Chromium, a font with Chinese characters, and libatomic for the driver's
# node. Fetch them where we may; where not, those tests say that they did not run.
has_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh 2>/dev/null)" ]; }
has_atomic() { /sbin/ldconfig -p 2>/dev/null | grep -q 'libatomic\.so\.1'; }
if command -v chromium >/dev/null && has_font && has_atomic; then exit 0; fi
install="apt-get install -y -q chromium fonts-noto-cjk fontconfig libatomic1"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "安装 Chromium 和中文字体（浏览器测试用）……"
  (apt-get update -q && DEBIAN_FRONTEND=noninteractive $install) >/dev/null 2>&1 \
    || echo "没能装上 Chromium 或中文字体：浏览器测试不会运行"
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  (sudo apt-get update -q && sudo DEBIAN_FRONTEND=noninteractive $install) >/dev/null 2>&1 \
    || echo "没能装上 Chromium 或中文字体：浏览器测试不会运行"
else
  echo "没有 Chromium 或中文字体，也没有安装权限：浏览器测试不会运行"
fi
exit 0
