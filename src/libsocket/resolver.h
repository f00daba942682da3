/* Names and addresses: the stack's hosts file, its resolv.conf, and a DNS client on its own sockets. */
#ifndef LIBSOCKET_RESOLVER_H
#define LIBSOCKET_RESOLVER_H

#include "libsocket.h"
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>

enum {
    RESOLVER_MAXIMUM_NAME = 256,        /* RFC 1035, section 2.3.4, and a terminator */
    RESOLVER_MAXIMUM_ADDRESSES = 64,
    RESOLVER_MAXIMUM_SERVERS = 3,
    RESOLVER_MAXIMUM_DOMAINS = 6,
};

struct host_address {
    int family;                         /* Linux's */
    uint8_t bytes[16];
};

struct host {
    char name[RESOLVER_MAXIMUM_NAME];   /* the canonical one */
    size_t count;
    struct host_address addresses[RESOLVER_MAXIMUM_ADDRESSES];
};

struct wanted_families {
    bool inet;
    bool inet6;
};

struct resolver_configuration {
    struct sockaddr_storage servers[RESOLVER_MAXIMUM_SERVERS];
    int server_count;
    char domains[RESOLVER_MAXIMUM_DOMAINS][RESOLVER_MAXIMUM_NAME];
    int domain_count;
    int ndots;
    int timeout;                        /* seconds, for one server in the first round */
    int attempts;
    bool rotate;
    bool use_tcp;
};

static inline size_t host_address_size(int family)
{
    return family == AF_INET6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
}

/* Adds an address, unless it is in the list already or the list is full. */
void host_add(struct host *host, int family, const void *bytes);

/* A file of the stack under <prefix>/etc, or where there's none the system's; NULL: neither. */
FILE *resolver_open(const char *prefix, const char *name);

/* resolv.conf(5). A file that can't be read is as good as an empty one: the server is 127.0.0.1, the stack's. */
void resolver_configure(const char *prefix, struct resolver_configuration *configuration);

/* hosts(5). Whether the name, or the address, is in it. */
bool hosts_find_name(const char *prefix, const char *name, struct wanted_families wanted, struct host *host);
bool hosts_find_address(const char *prefix, const struct host_address *address, char name[RESOLVER_MAXIMUM_NAME]);

/*
 * One question to the servers for a name exactly as given: 0, EAI_NONAME (it doesn't exist), EAI_NODATA (it has no such address), EAI_AGAIN (no server
 * answered), EAI_FAIL (none could say), EAI_SYSTEM (no socket), EAI_MEMORY.
 */
int dns_find_name(const struct resolver_configuration *configuration, const char *name, struct wanted_families wanted, struct host *host);
int dns_find_address(const struct resolver_configuration *configuration, const struct host_address *address, char name[RESOLVER_MAXIMUM_NAME]);

/* All of it together, as getaddrinfo() looks names up and getnameinfo() addresses. The same results. */
int resolver_find_name(const char *prefix, const char *name, struct wanted_families wanted, struct host *host);
int resolver_find_address(const char *prefix, const struct host_address *address, char name[RESOLVER_MAXIMUM_NAME]);

#endif
