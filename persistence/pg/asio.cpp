// The function bodies of Asio, compiled once for the whole program: the lowest layer that uses it.
#include <boost/asio/impl/src.hpp>
