/* The wire format between a client and the daemon, version 1: docs/wire-format.md. */
#ifndef LIBSOCKET_WIRE_H
#define LIBSOCKET_WIRE_H

#include <stdint.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "The wire format is little-endian, and this library sends it as it lies in memory."
#endif

enum {
    WIRE_VERSION = 1,
    WIRE_REPLY = 0x8000,        /* set in a reply's operation */
    WIRE_MORE = 1,              /* set in a reply's flags */
    WIRE_MAXIMUM_PREFIX = 108,  /* bytes of a sockaddr_un's path, terminator included */
    WIRE_MAXIMUM_NAME = 28,     /* bytes of a sockaddr_in6, the longest address there is */
};

enum wire_operation {
    WIRE_SOCKET = 1,
    WIRE_BIND = 2,
    WIRE_LISTEN = 3,
    WIRE_CONNECT = 4,
    WIRE_GETSOCKNAME = 5,
    WIRE_GETPEERNAME = 6,
    WIRE_SETSOCKOPT = 7,
    WIRE_GETSOCKOPT = 8,
    WIRE_IOCTL = 9,
    WIRE_SHUTDOWN = 10,
    WIRE_URGENT = 11,
    WIRE_END_RECORD = 12,
};

/* BSD's numbers of the address families: the names of the entries under <prefix>/dev/socket. */
enum wire_family {
    WIRE_INET = 2,
    WIRE_INET6 = 24,
};

struct wire_request {
    uint16_t version;
    uint16_t operation;
    uint32_t tag;
};

struct wire_reply {
    uint16_t version;
    uint16_t operation;
    uint32_t tag;
    int32_t error;
    uint32_t flags;
};

enum {
    WIRE_CONNECT_MAGIC = 0x4e4e4f43,
    WIRE_CONNECT_LENGTH = 57344,
    WIRE_ACCEPT_MAGIC = 0x54504341,
};

struct wire_connect {
    uint32_t magic;
    uint32_t length;
    uint32_t address_length;
    uint8_t address[WIRE_MAXIMUM_NAME];
};

struct wire_accept {
    uint32_t magic;
    uint32_t address_length;
    uint8_t peer[WIRE_MAXIMUM_NAME];
    uint8_t local[WIRE_MAXIMUM_NAME];
};

_Static_assert(sizeof(struct wire_accept) == 64, "an accept record is 64 bytes");

enum {
    WIRE_DATAGRAM_ERROR = 1,
    WIRE_DATAGRAM_TRUNCATED = 2,
    WIRE_MAXIMUM_CONTROL = 1024,
};

struct wire_datagram {
    uint16_t flags;
    uint16_t name_length;
    uint16_t control_length;
    uint16_t zero;
};

struct wire_control {
    int32_t level;
    int32_t type;
    uint32_t length;
};

static inline uint32_t wire_pad(uint32_t length)
{
    return (length + 7) & ~7u;
}

static inline int wire_family_of(int linux_family)
{
    return linux_family == 10 ? WIRE_INET6 : WIRE_INET;
}

static inline int wire_linux_family(int bsd_family)
{
    return bsd_family == WIRE_INET6 ? 10 : 2;
}

#endif
