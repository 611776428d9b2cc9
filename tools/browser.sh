# A browser for the tests of pages: the system's Chromium, else Debian's when this is root; says so when there is neither.
for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
	command -v "$name" > /dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null 2>&1; then
	apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk > /dev/null 2>&1 && exit 0
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } > /dev/null 2>&1 && exit 0
fi
echo "No Chromium here, and none could be installed: the browser tests are not run."
