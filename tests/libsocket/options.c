/* setsockopt() and getsockopt(). */
#include "selftest.h"
#include <net/if.h>

static int get(int fd, int level, int name)
{
    int value = -1;
    socklen_t length = sizeof value;
    EXPECT(getsockopt(fd, level, name, &value, &length) == 0);
    return value;
}

static void set(int fd, int level, int name, int value)
{
    EXPECT(setsockopt(fd, level, name, &value, sizeof value) == 0);
}

static void what_it_is(void)
{
    int tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), udp = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    EXPECT(get(tcp, SOL_SOCKET, SO_TYPE) == SOCK_STREAM && get(udp, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM);
    EXPECT(get(tcp, SOL_SOCKET, SO_DOMAIN) == AF_INET && get(udp, SOL_SOCKET, SO_DOMAIN) == AF_INET);
    EXPECT(get(tcp, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP && get(udp, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_UDP);
    EXPECT(get(tcp, SOL_SOCKET, SO_ACCEPTCONN) == 0 && get(listening(1), SOL_SOCKET, SO_ACCEPTCONN) == 1);
    EXPECT(get(tcp, SOL_SOCKET, SO_ERROR) == 0 && get(udp, SOL_SOCKET, SO_ERROR) == 0);
}

static void flags(void)
{
    int tcp = socket(AF_INET, SOCK_STREAM, 0);
    const struct { int level, name; } all[] = {
        { SOL_SOCKET, SO_REUSEADDR }, { SOL_SOCKET, SO_REUSEPORT }, { SOL_SOCKET, SO_KEEPALIVE }, { SOL_SOCKET, SO_BROADCAST }, { SOL_SOCKET, SO_OOBINLINE },
        { IPPROTO_TCP, TCP_NODELAY }, { IPPROTO_TCP, TCP_CORK }, { IPPROTO_IP, IP_FREEBIND },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        EXPECT(get(tcp, all[i].level, all[i].name) == 0);
        set(tcp, all[i].level, all[i].name, 1);
        EXPECT(get(tcp, all[i].level, all[i].name) == 1);
        set(tcp, all[i].level, all[i].name, 0);
        EXPECT(get(tcp, all[i].level, all[i].name) == 0);
    }
}

static void numbers(void)
{
    int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
    EXPECT(get(tcp, IPPROTO_IP, IP_TTL) == 64);
    set(tcp, IPPROTO_IP, IP_TTL, 7);
    EXPECT(get(tcp, IPPROTO_IP, IP_TTL) == 7);
    set(udp, IPPROTO_IP, IP_TOS, 0x10);
    EXPECT(get(udp, IPPROTO_IP, IP_TOS) == 0x10);
    int wrong = 256;
    EXPECT_ERROR(setsockopt(tcp, IPPROTO_IP, IP_TTL, &wrong, sizeof wrong), EINVAL);
    int small = get(tcp, SOL_SOCKET, SO_RCVBUF), large;
    EXPECT(small > 0);
    set(tcp, SOL_SOCKET, SO_RCVBUF, 100000);
    large = get(tcp, SOL_SOCKET, SO_RCVBUF);
    EXPECT(large >= 100000);
    set(tcp, SOL_SOCKET, SO_SNDBUF, 100000);
    EXPECT(get(tcp, SOL_SOCKET, SO_SNDBUF) >= 100000);
    struct linger linger = { 1, 5 }, told = { 0 };
    socklen_t length = sizeof told;
    EXPECT(setsockopt(tcp, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
    EXPECT(getsockopt(tcp, SOL_SOCKET, SO_LINGER, &told, &length) == 0 && told.l_onoff == 1 && told.l_linger == 5);
}

static void paths(void)
{
    int tcp = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(get(tcp, IPPROTO_IP, IP_MTU_DISCOVER) == IP_PMTUDISC_WANT);
    set(tcp, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
    EXPECT(get(tcp, IPPROTO_IP, IP_MTU_DISCOVER) == IP_PMTUDISC_DONT);
    set(tcp, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
    EXPECT(get(tcp, IPPROTO_IP, IP_MTU_DISCOVER) == IP_PMTUDISC_WANT);
}

static void an_address_that_is_not_there_yet(void)
{
    int tcp = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in elsewhere = local(8085);
    elsewhere.sin_addr.s_addr = inet_addr("203.0.113.7");
    EXPECT_ERROR(bind(tcp, (struct sockaddr *)&elsewhere, sizeof elsewhere), EADDRNOTAVAIL);
    set(tcp, IPPROTO_IP, IP_FREEBIND, 1);
    EXPECT(bind(tcp, (struct sockaddr *)&elsewhere, sizeof elsewhere) == 0);
}

static void bound_to_an_interface(void)
{
    int fd = datagram_socket(), other = datagram_socket();
    char name[IFNAMSIZ] = "";
    EXPECT(if_indextoname(1, name) != NULL);    /* the loopback interface is the first */
    EXPECT(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name) + 1) == 0);
    char told[IFNAMSIZ] = "";
    socklen_t length = sizeof told;
    EXPECT(getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, told, &length) == 0 && strcmp(told, name) == 0);
    EXPECT_ERROR(setsockopt(other, SOL_SOCKET, SO_BINDTODEVICE, "none0", 6), ENODEV);
    struct sockaddr_in outside = local(9);
    outside.sin_addr.s_addr = inet_addr("10.1.0.1");
    EXPECT_ERROR(connect(other, (struct sockaddr *)&outside, sizeof outside), EINVAL);  /* 127.0.0.1 never leaves the host */
}

static void what_there_is_not(void)
{
    int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0), value = 1;
    socklen_t length = sizeof value;
    EXPECT_ERROR(setsockopt(tcp, IPPROTO_TCP, 9999, &value, sizeof value), ENOPROTOOPT);
    EXPECT_ERROR(getsockopt(tcp, IPPROTO_TCP, 9999, &value, &length), ENOPROTOOPT);
    EXPECT(setsockopt(udp, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value) == -1);
    EXPECT_ERROR(setsockopt(tcp, SOL_SOCKET, SO_KEEPALIVE, &value, 1), EINVAL);
    EXPECT_ERROR(setsockopt(-1, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value), EBADF);
    EXPECT_ERROR(setsockopt(tcp, SOL_SOCKET, SO_TYPE, &value, sizeof value), ENOPROTOOPT);
}

const struct test option_tests[] = {
    { "what it is", what_it_is },
    { "flags", flags },
    { "numbers", numbers },
    { "paths", paths },
    { "an address that is not there yet", an_address_that_is_not_there_yet },
    { "SO_BINDTODEVICE", bound_to_an_interface },
    { "what there isn't", what_there_is_not },
    { 0 },
};
