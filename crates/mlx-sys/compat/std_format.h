// Force-included: a `std::format` for standard libraries without <format> (GCC before 13), good for
// plain `{}` holes, which is all that mlx-c uses.
#pragma once
#if !__has_include(<format>)
#include <sstream>
#include <string>
#include <string_view>
namespace std {
inline void format_holes(ostringstream& out, string_view text) { out << text; }
template <class T, class... Rest>
void format_holes(ostringstream& out, string_view text, const T& value, const Rest&... rest) {
  auto hole = text.find("{}");
  if (hole == string_view::npos) { out << text; return; }
  out << text.substr(0, hole) << value;
  format_holes(out, text.substr(hole + 2), rest...);
}
template <class... Args>
string format(string_view text, const Args&... args) {
  ostringstream out;
  format_holes(out, text, args...);
  return out.str();
}
}  // namespace std
#endif
